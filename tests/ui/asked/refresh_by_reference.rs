//! Parameters are seen by reference.

use cachekit::cached;

#[cached(skip(fresh), force_refresh = fresh)]
fn cost(n: u64, fresh: bool) -> u64 {
    if fresh { 0 } else { n }
}

fn main() {
    cost(1, false);
}

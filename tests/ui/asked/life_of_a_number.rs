//! A value is asked for its life.

use cachekit::cached;

#[cached(ttl_of = 300)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

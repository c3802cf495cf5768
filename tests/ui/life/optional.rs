//! A life is there or it is not written.

use cachekit::cached;

#[cached(ttl = Some(60))]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

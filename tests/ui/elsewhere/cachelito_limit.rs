//! A bound and what is evicted, as `cachelito` writes them.

use cachekit::cached;

#[cached(limit = 100, policy = "lru")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

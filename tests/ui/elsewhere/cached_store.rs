//! `cached` is told the store and how it is made.

use cachekit::cached;

#[cached(ty = "UnboundCache<u64, u64>", create = "{ UnboundCache::new() }")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A bound and a life, as `memoize` writes them.

use cachekit::cached;

#[cached(Capacity: 100, TimeToLive: std::time::Duration::from_secs(2))]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

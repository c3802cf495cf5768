//! What is told of evictions, as `moka` calls it.

use cachekit::cached;

#[cached(eviction_listener = |_| ())]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

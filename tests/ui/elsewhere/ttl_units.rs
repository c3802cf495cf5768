//! A life in another unit, which must not be taken for seconds.

use cachekit::cached;

#[cached(ttl_ms = 250)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! Syntax, names, values and rules of one attribute.

use cachekit::cached;

#[cached(
    ttl: 5m,
    max_size = ,
    size = 10,
    codec = "json",
    jitter = 2,
    fence = "1s",
    skip(nobody),
    cache_none,
)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

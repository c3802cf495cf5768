//! A switch is no number.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, compress = 1)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

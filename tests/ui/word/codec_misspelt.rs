//! A codec that is nearly one.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, codec = "bincod")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

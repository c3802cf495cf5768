//! A codec that there is none of.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, codec = "json")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

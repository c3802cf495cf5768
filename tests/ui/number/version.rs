//! A version is a number.

use cachekit::cached;

#[cached(version = "v2", mode = "degraded", ttl = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

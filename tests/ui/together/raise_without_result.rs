//! Whoever raises must be able to say so.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, encrypt, on_tamper = "raise")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

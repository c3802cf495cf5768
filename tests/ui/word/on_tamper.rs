//! What tampering comes to.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, encrypt, on_tamper = "ignore")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A share is no percentage.

use cachekit::cached;

#[cached(ttl = 60, jitter = "10%")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A share is less than the whole.

use cachekit::cached;

#[cached(ttl = 60, jitter = 1)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

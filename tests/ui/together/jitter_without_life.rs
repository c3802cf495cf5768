//! What does not end has no life to shorten.

use cachekit::cached;

#[cached(jitter = 0.1)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

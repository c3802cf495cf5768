//! Nothing would be kept.

use cachekit::cached;

#[cached(ttl = 0)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

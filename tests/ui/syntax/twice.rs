//! An option that is written twice.

use cachekit::cached;

#[cached(ttl = 60, ttl = 30)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

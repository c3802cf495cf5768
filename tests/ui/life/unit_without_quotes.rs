//! A unit needs quotes.

use cachekit::cached;

#[cached(ttl = 5m)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

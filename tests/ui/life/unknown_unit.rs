//! A unit that nobody knows.

use cachekit::cached;

#[cached(ttl = "5 parsecs")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! Shorter than any tier can tell.

use cachekit::cached;

#[cached(ttl = "10us")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

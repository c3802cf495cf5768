//! An option that is nearly one.

use cachekit::cached;

#[cached(negatve_ttl = 5)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

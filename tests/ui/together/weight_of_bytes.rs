//! Bytes weigh what they are.

use cachekit::cached;

#[cached(l1 = "encoded", max_bytes = 1_000, weigh = |found: &u64| 8)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

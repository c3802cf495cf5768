//! A value is asked for its weight.

use cachekit::cached;

#[cached(max_bytes = 1_000, weigh = 8)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

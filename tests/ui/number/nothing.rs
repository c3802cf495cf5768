//! A bound of nothing.

use cachekit::cached;

#[cached(max_size = 0)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

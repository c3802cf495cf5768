//! A bound of bytes, as `cachelito` writes it.

use cachekit::cached;

#[cached(max_memory = "100MB")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

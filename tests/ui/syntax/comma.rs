//! Options stand apart by commas.

use cachekit::cached;

#[cached(ttl = 60; max_size = 10)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

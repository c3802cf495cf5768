//! A bound, as `cached` calls it.

use cachekit::cached;

#[cached(size = 100)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

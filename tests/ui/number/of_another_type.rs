//! A const of another type.

use cachekit::cached;

const MOST: u32 = 10;

#[cached(max_size = MOST)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

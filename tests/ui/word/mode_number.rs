//! A mode is no number.

use cachekit::cached;

#[cached(mode = 1)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

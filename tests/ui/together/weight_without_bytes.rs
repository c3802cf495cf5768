//! A weight that bounds nothing.

use cachekit::cached;

#[cached(weigh = |found: &u64| 8)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A closure that is asked a value sees no parameters.

use cachekit::cached;

#[cached(cache_if = |found| *found > n)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! An answer is yes or no.

use cachekit::cached;

#[cached(cache_if = |found| Some(found))]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

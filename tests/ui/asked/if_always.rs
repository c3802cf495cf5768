//! A value is asked whether it is kept.

use cachekit::cached;

#[cached(cache_if = true)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

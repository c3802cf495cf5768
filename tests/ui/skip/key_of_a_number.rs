//! A number is one key for all calls.

use cachekit::cached;

#[cached(key = 1)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

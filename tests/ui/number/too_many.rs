//! More than can be counted.

use cachekit::cached;

#[cached(max_size = 99999999999999999999)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A number is not quoted.

use cachekit::cached;

#[cached(max_size = "10_000")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

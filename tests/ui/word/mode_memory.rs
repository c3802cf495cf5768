//! What others call otherwise.

use cachekit::cached;

#[cached(mode = "memory")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

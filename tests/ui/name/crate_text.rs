//! A crate has a path.

use cachekit::cached;

#[cached(crate = "cachekit")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

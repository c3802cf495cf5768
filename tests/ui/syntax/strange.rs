//! An option that nobody knows.

use cachekit::cached;

#[cached(frobnicate = true)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

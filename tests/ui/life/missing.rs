//! A life has a length.

use cachekit::cached;

#[cached(ttl)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

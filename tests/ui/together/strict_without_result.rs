//! Whoever refuses must be able to say so.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

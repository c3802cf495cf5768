//! A value that is still to be typed.

use cachekit::cached;

#[cached(ttl = )]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

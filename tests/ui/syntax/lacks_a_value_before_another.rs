//! A value that is still to be typed, before another option.

use cachekit::cached;

#[cached(max_size = , ttl = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

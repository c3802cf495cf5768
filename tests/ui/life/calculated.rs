//! A calculation is a `Duration`.

use cachekit::cached;

#[cached(ttl = 5 * 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A mode is no variant.

use cachekit::cached;

#[cached(mode = Mode::Degraded, ttl = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

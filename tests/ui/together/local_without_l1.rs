//! Nothing would be cached.

use cachekit::cached;

#[cached(l1 = "off")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! Longer than any tier can keep.

use cachekit::cached;

#[cached(ttl = "11y")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

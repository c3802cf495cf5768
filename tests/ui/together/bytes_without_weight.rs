//! Bytes of what.

use cachekit::cached;

#[cached(max_bytes = 64 << 20)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

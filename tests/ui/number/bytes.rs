//! Bytes are a number.

use cachekit::cached;

#[cached(max_bytes = "64MB", weigh = |_| 8)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

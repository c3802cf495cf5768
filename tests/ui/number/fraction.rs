//! Entries are whole.

use cachekit::cached;

#[cached(max_size = 1e6)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

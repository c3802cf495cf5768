//! A text is one key for all calls.

use cachekit::cached;

#[cached(key = "{n}")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

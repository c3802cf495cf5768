//! A fraction of a second is a text.

use cachekit::cached;

#[cached(ttl = 1.5)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

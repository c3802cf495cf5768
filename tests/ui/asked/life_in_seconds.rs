//! A life is a `Duration`.

use cachekit::cached;

#[cached(ttl_of = |found: &u64| *found)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A life of what is not kept.

use cachekit::cached;

#[cached(negative_ttl = 5)]
fn cost(n: u64) -> Option<u64> {
    Some(n)
}

fn main() {
    cost(1);
}

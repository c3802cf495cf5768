//! What is asked is what is cached.

use cachekit::cached;

#[cached(ttl_of = |found: &Option<u64>| std::time::Duration::ZERO)]
fn cost(n: u64) -> Option<u64> {
    Some(n)
}

fn main() {
    cost(1);
}

//! A switch is on or off.

use cachekit::cached;

#[cached(cache_none = "yes")]
fn cost(n: u64) -> Option<u64> {
    Some(n)
}

fn main() {
    cost(1);
}

//! A wait is a life as any other.

use cachekit::cached;

#[cached(wait = "forever")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

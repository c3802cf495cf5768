//! A namespace is part of a key.

use cachekit::cached;

#[cached(namespace = "shop:eu")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

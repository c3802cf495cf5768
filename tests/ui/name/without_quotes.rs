//! A name is a text.

use cachekit::cached;

#[cached(name = user)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A name has a letter.

use cachekit::cached;

#[cached(name = "")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

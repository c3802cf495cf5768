//! A name is one line.

use cachekit::cached;

#[cached(name = "user\ncost")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

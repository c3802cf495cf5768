//! A text without its name.

use cachekit::cached;

#[cached("strict")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

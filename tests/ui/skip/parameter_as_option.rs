//! A parameter is no option.

use cachekit::cached;

#[cached(n)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A life, as `cached` calls it.

use cachekit::cached;

#[cached(time = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! An option that is nearly one of a later version.

use cachekit::cached;

#[cached(fronts = 128)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

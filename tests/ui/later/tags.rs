//! An option of a later version.

use cachekit::cached;

#[cached(tags = ["user"])]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! An option has one name.

use cachekit::cached;

#[cached(ttl.max = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

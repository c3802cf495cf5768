//! One `=` is enough.

use cachekit::cached;

#[cached(ttl == 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A number of seconds has no type.

use cachekit::cached;

#[cached(ttl = 300u64)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

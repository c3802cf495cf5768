//! What differs by call is no constant.

use cachekit::cached;

#[cached(ttl = n)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A seal is a tag already.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, encrypt, mac)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! An option of a later version.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, front = 128)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! An L1 that is none.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, l1 = "none")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

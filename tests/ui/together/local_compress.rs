//! Nothing leaves the process.

use cachekit::cached;

#[cached(ttl = 60, compress)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

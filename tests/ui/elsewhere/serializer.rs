//! A codec by another name.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, serializer = "postcard")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

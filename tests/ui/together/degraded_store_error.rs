//! A degraded function never fails of a store.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, on_store_error = "raise")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

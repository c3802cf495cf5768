//! A failed store is raised or returned.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60, on_store_error = "ignore")]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

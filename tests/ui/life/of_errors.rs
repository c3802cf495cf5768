//! What is kept of errors ends too.

use cachekit::cached;

#[cached(cache_err, negative_ttl = "0s")]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

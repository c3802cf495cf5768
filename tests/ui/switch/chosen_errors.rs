//! Which errors are kept is asked of them.

use cachekit::cached;

#[cached(cache_err = "NotFound")]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

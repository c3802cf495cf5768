//! An option of a later version.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60, fence = "1s")]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

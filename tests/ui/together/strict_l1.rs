//! A strict function asks L2.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60, l1 = "typed")]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

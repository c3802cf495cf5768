//! `cached` may answer an error with an older value.

use cachekit::cached;

#[cached(ttl = 60, result_fallback = true)]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

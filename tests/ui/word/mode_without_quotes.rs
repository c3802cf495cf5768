//! A mode is a text, and the one that was meant is named.

use cachekit::cached;

#[cached(mode = Strict, ttl = 60)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

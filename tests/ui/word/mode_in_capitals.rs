//! A mode is written in small letters.

use cachekit::cached;

#[cached(mode = "STRICT", ttl = 60)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

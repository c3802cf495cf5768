//! A mode that stands alone.

use cachekit::cached;

#[cached(strict, ttl = 60)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

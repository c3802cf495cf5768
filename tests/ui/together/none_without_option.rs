//! There is no `None` to keep.

use cachekit::cached;

#[cached(cache_none)]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

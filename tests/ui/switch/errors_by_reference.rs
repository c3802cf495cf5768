//! An error is looked at, not taken.

use cachekit::cached;

#[cached(cache_err = |error: String| error.is_empty())]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

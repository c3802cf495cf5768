//! `cache_if` sees what the function returns.

use cachekit::cached;

#[cached(cache_if = |found: &u64| *found > 0)]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

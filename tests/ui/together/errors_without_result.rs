//! There are no errors to keep.

use cachekit::cached;

#[cached(cache_err)]
fn cost(n: u64) -> Option<u64> {
    Some(n)
}

fn main() {
    cost(1);
}

//! `cached` wraps the value to tell where it came from.

use cachekit::cached;

#[cached(with_cached_flag = true)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A key says all.

use cachekit::cached;

#[cached(key = n, skip(pool))]
fn cost(pool: &str, n: u64) -> u64 {
    n + pool.len() as u64
}

fn main() {
    cost("", 1);
}

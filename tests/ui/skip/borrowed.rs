//! Names are names.

use cachekit::cached;

#[cached(skip(&pool))]
fn cost(pool: &str, n: u64) -> u64 {
    n + pool.len() as u64
}

fn main() {
    cost("", 1);
}

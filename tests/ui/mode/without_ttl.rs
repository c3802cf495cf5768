//! What is stored outside this process needs a life.

use cachekit::{Error, cached};

#[cached(mode = "strict")]
fn strict(n: u64) -> Result<u64, Error> {
    Ok(n)
}

#[cached(mode = "degraded", max_size = 10)]
fn degraded(n: u64) -> u64 {
    n
}

fn main() {
    strict(1).map(|n| n + degraded(1)).ok();
}

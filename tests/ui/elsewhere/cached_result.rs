//! `cached` must be told of a `Result`.

use cachekit::cached;

#[cached(result = true)]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

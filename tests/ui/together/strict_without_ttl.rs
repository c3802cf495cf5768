//! What is stored elsewhere ends.

use cachekit::cached;

#[cached(mode = "strict")]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

//! A kind of return type is a word.

use cachekit::cached;

#[cached(returns = "Result<u64, String>")]
fn cost(n: u64) -> Result<u64, String> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

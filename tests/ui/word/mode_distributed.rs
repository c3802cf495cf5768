//! What others call one thing is two here.

use cachekit::cached;

#[cached(mode = "distributed", ttl = 60)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

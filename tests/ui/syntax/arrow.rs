//! An arrow is no `=`.

use cachekit::cached;

#[cached(mode => "strict", ttl = 60)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    cost(1).ok();
}

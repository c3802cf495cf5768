//! A strict function must be able to refuse.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60)]
fn plain(n: u64) -> u64 {
    n
}

#[cached(mode = "strict", ttl = 60)]
async fn optional(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(mode = "strict", ttl = 60)]
fn nothing() {}

type Answer<T> = Result<T, cachekit::Error>;

#[cached(mode = "strict", ttl = 60)]
fn alias(n: u64) -> Answer<u64> {
    Ok(n)
}

fn main() {
    nothing();
    alias(plain(1)).ok();
    drop(optional(1));
}

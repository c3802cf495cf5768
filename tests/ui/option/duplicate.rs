//! An option is written once.

use cachekit::cached;

#[cached(ttl = 60, max_size = 10, ttl = 30)]
fn ttl(n: u64) -> u64 {
    n
}

#[cached(cache_none, cache_none)]
fn flag(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(skip(a), skip(b))]
fn skip(a: u64, b: u64) -> u64 {
    a + b
}

fn main() {
    flag(ttl(skip(1, 1)));
}

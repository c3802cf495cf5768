//! What is cached of `Err` and `None` needs a function that returns one.

use cachekit::cached;

#[cached(cache_err)]
fn without_result(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(cache_none)]
fn without_option(n: u64) -> Result<u64, ()> {
    Ok(n)
}

#[cached(negative_ttl = 5)]
fn without_either(n: u64) -> Result<Option<u64>, ()> {
    Ok(Some(n))
}

fn main() {
    without_result(1);
    without_option(1).ok();
    without_either(1).ok();
}

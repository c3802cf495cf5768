//! A value that an option does not take is reported with one that it does.

use cachekit::cached;

#[cached(max_size = 0)]
fn keeps_nothing(n: u64) -> u64 {
    n
}

#[cached(max_size = -1, version = "v2", cache_none = 3)]
fn numbers(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(max_size = 99999999999999999999999, version = 1.5, cache_none = "yes")]
fn more_numbers(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(max_size = 2.5, max_size)]
fn fraction(n: u64) -> u64 {
    n
}

#[cached(name = "", namespace = "")]
fn empty(n: u64) -> u64 {
    n
}

#[cached(name = user, namespace = "shop:eu")]
fn names(n: u64) -> u64 {
    n
}

#[cached(name = "line\nbreak", namespace = "a-namespace-that-is-longer-than-the-sixty-four-bytes-there-are-in-a-key")]
fn more_names(n: u64) -> u64 {
    n
}

#[cached(l1 = "encoded ", returns = "Result", mode = "strict", ttl = 60, codec = "json", on_store_error = "ignore")]
fn words(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

#[cached(crate = "cachekit", runtime = main())]
fn paths(n: u64) -> u64 {
    n
}

#[cached(cache_err(AppError), tenant, key)]
fn expressions(n: u64) -> Result<u64, ()> {
    Ok(n)
}

#[cached(cache_err = "all", wait = 0)]
fn choices(n: u64) -> Result<u64, ()> {
    Ok(n)
}

fn main() {
    keeps_nothing(fraction(empty(names(more_names(paths(1))))));
    numbers(1).or(more_numbers(1));
    words(1).ok();
    expressions(1).or(choices(1)).ok();
}

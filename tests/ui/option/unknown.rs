//! An option that does not exist is answered with the one that was meant.

use cachekit::cached;

#[cached(max_sise = 10)]
fn misspelt(n: u64) -> u64 {
    n
}

#[cached(tll = 60, nmae = "x")]
fn two(n: u64) -> u64 {
    n
}

#[cached(frobnicate)]
fn strange(n: u64) -> u64 {
    n
}

#[cached(size = 10, time = 60, convert = "n", result = true, sync_writes = "by_key", redis)]
fn of_another_crate(n: u64) -> u64 {
    n
}

#[cached(ttl_ms = 500)]
fn with_a_unit(n: u64) -> u64 {
    n
}

fn main() {
    misspelt(two(strange(of_another_crate(with_a_unit(1)))));
}

//! `cached` is told the type of the key, code in a text, and the name of a static.

use cachekit::cached;

#[cached(type = "SizedCache<String, u64>", create = "{ SizedCache::with_size(9) }")]
fn made(n: u64) -> u64 {
    n
}

#[cached(key = "String", convert = { format!("{n}") })]
fn converted(n: u64) -> u64 {
    n
}

#[cached(key = "(a, b.len())")]
fn written(a: u64, b: &str) -> u64 {
    a + b.len() as u64
}

#[cached(key = "String")]
fn typed(a: u64, b: &str) -> u64 {
    a + b.len() as u64
}

#[cached(name = "SLOW_CACHE")]
fn slow(n: u64) -> u64 {
    n
}

fn main() {}

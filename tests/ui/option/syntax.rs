//! What does not parse is reported where it stands, and the rest is read.

use cachekit::cached;

#[cached(ttl = 60 max_size = 10)]
fn without_a_comma(n: u64) -> u64 {
    n
}

#[cached(ttl = , max_sise = 10)]
fn without_a_value(n: u64) -> u64 {
    n
}

#[cached("strict")]
fn without_a_name(n: u64) -> u64 {
    n
}

#[cached(skip(a.b))]
fn not_a_name(n: u64) -> u64 {
    n
}

#[cached(mode: "strict")]
fn with_a_colon(n: u64) -> u64 {
    n
}

fn main() {
    without_a_comma(without_a_value(without_a_name(not_a_name(with_a_colon(1)))));
}

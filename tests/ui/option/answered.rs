//! A closure or expression of another type is reported where it is written.

use cachekit::cached;

#[cached(ttl_of = |user: &String| user.len())]
fn life(n: u64) -> u64 {
    n
}

#[cached(max_bytes = 1_000, weigh = |text: &String| text.len() as u32)]
fn weight(n: u64) -> String {
    n.to_string()
}

#[cached(cache_if = |found: &u64| found)]
fn chosen(n: u64) -> u64 {
    n
}

#[cached(force_refresh = n)]
fn fresh(n: u64) -> u64 {
    n
}

#[cached(ttl = 60, jitter = SHARE)]
fn spread(n: u64) -> u64 {
    n
}

const SHARE: f64 = 1.5;

fn main() {
    life(chosen(fresh(spread(1))));
    weight(1);
}

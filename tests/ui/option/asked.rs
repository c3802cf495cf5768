//! Options that ask the value or the call say what they ask, and what they need beside them.

use cachekit::cached;

#[cached(ttl_of = 300)]
fn life(n: u64) -> u64 {
    n
}

#[cached(ttl = 300, jitter = 1.5)]
fn too_much(n: u64) -> u64 {
    n
}

#[cached(ttl = 300, jitter = "10%")]
fn text(n: u64) -> u64 {
    n
}

#[cached(jitter = 0.1)]
fn endless(n: u64) -> u64 {
    n
}

#[cached(max_bytes = 64 << 20)]
fn unweighed(n: u64) -> u64 {
    n
}

#[cached(weigh = |value: &u64| 8)]
fn unbounded(n: u64) -> u64 {
    n
}

#[cached(l1 = "encoded", max_bytes = 1_000_000, weigh = |value: &u64| 8)]
fn sealed(n: u64) -> u64 {
    n
}

#[cached(cache_if = true, force_refresh)]
fn chosen(n: u64) -> u64 {
    n
}

#[cached(max_bytes = 0, weigh = "len")]
fn nothing(n: u64) -> u64 {
    n
}

fn main() {
    life(too_much(text(endless(unweighed(unbounded(sealed(chosen(nothing(1)))))))));
}

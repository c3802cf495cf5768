//! An expression is checked by the compiler: its type, that it is const, and its length.

use std::time::Duration;

use cachekit::cached;

fn configured() -> Duration {
    Duration::from_secs(60)
}

#[cached(ttl = f64::INFINITY)]
fn infinite(n: u64) -> u64 {
    n
}

#[cached(ttl = configured())]
fn not_const(n: u64) -> u64 {
    n
}

#[cached(ttl = n)]
fn of_an_argument(n: u64) -> u64 {
    n
}

fn main() {
    infinite(not_const(of_an_argument(1)));
}

//! A const is as long as a literal may be.

use std::time::Duration;

use cachekit::cached;

const NOTHING: Duration = Duration::ZERO;
const NOBODY: usize = 0;

#[cached(ttl = NOTHING)]
fn zero(n: u64) -> u64 {
    n
}

#[cached(ttl = Duration::MAX)]
fn forever(n: u64) -> u64 {
    n
}

#[cached(max_size = NOBODY)]
fn keeps_nothing(n: u64) -> u64 {
    n
}

fn main() {
    zero(forever(keeps_nothing(1)));
}

//! Threads that share nothing, as `cachelito` writes it.

use cachekit::cached;

#[cached(scope = "thread")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A cache for all threads, as `memoize` asks for it.

use cachekit::cached;

#[cached(SharedCache)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

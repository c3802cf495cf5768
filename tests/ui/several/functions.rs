//! Functions with a mistake each, and callers without any.

use cachekit::cached;

#[cached(ttl = 0)]
fn one(n: u64) -> u64 {
    n
}

#[cached(size = 1, mode = "strct")]
async fn two(n: u64) -> u64 {
    one(n)
}

#[cached]
const fn three(n: u64) -> u64 {
    n
}

fn main() {
    one(three(1));
    drop(two(1));
}

//! `cached` runs a body several times unless it is told otherwise.

use cachekit::cached;

#[cached(sync_writes = "by_key")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

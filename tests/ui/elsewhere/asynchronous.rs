//! An `async fn` says so itself.

use cachekit::cached;

#[cached(future)]
async fn cost(n: u64) -> u64 {
    n
}

fn main() {
    drop(cost(1));
}

//! `cached` must be told of an `Option`.

use cachekit::cached;

#[cached(option = true)]
fn cost(n: u64) -> Option<u64> {
    Some(n)
}

fn main() {
    cost(1);
}

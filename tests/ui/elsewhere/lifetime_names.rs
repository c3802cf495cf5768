//! A life by other names.

use cachekit::cached;

#[cached(expires = 60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A number without its name.

use cachekit::cached;

#[cached(60)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

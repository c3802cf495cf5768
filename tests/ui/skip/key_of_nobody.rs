//! A key is made of parameters.

use cachekit::cached;

#[cached(key = user.id)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

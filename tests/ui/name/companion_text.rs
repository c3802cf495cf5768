//! A companion has a name.

use cachekit::cached;

#[cached(companion = "UserCache")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

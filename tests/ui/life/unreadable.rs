//! A text that is no length of time.

use cachekit::cached;

#[cached(ttl = "tomorrow")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

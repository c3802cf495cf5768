//! A mistake of the attribute hides none of the body.

use cachekit::cached;

#[cached(ttl = 0)]
fn cost(n: u64) -> u64 {
    let text: &str = n;
    missing(text)
}

fn main() {
    cost(1);
}

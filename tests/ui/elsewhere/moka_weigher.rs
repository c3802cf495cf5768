//! A weight, as `moka` calls it.

use cachekit::cached;

#[cached(max_bytes = 1_000_000, weigher = |text: &String| text.len())]
fn cost(n: u64) -> String {
    n.to_string()
}

fn main() {
    cost(1);
}

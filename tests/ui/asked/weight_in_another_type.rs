//! A weight is a `usize`.

use cachekit::cached;

#[cached(max_bytes = 1_000, weigh = |text: &String| text.len() as u32)]
fn cost(n: u64) -> String {
    n.to_string()
}

fn main() {
    cost(1);
}

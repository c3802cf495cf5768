//! What a closure does cannot be compared.

use cachekit::cached;

#[cached]
fn apply<F: Fn(u64) -> u64 + 'static>(n: u64, by: F) -> u64 {
    by(n)
}

fn main() {
    apply(1, |n| n + 1);
}

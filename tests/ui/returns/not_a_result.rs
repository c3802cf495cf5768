//! What an alias stands for is known to the compiler alone, which says so where the type is.

use cachekit::cached;

type Plain = Vec<u64>;

#[cached(returns = "result")]
fn number(n: u64) -> Plain {
    vec![n]
}

fn main() {
    number(1);
}

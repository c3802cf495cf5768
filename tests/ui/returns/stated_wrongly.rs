//! A kind of return type that cannot be meant is an error where the type is.

use cachekit::cached;

#[cached(returns = "result")]
fn number(n: u64) -> u64 {
    n
}

#[cached(returns = "option")]
fn pair(n: u64) -> (u64, u64) {
    (n, n)
}

#[cached(returns = "result_option", ttl = 60)]
fn nothing(n: u64) {
    drop(n);
}

fn main() {
    nothing(number(pair(1).0));
}

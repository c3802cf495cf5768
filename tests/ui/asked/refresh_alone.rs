//! When to compute anew is an expression.

use cachekit::cached;

#[cached(force_refresh)]
fn cost(n: u64, fresh: bool) -> u64 {
    if fresh { 0 } else { n }
}

fn main() {
    cost(1, false);
}

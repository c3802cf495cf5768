//! A share of whom.

use cachekit::cached;

#[cached(tenant_max_size = 100)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

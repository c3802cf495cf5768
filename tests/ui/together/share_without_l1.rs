//! A share of nothing.

use cachekit::cached;

#[cached(mode = "strict", ttl = 60, tenant = n, tenant_max_size = 100)]
fn cost(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

fn main() {
    drop(cost(1));
}

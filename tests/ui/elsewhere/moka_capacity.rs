//! A bound and lives, as `moka` calls them.

use cachekit::cached;

#[cached(max_capacity = 10_000, time_to_live = "5m", time_to_idle = "1m")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

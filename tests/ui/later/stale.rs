//! Options of a later version.

use cachekit::cached;

#[cached(ttl = 60, stale_while = "30s", stale_if_error = "1h")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

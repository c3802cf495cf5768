//! Options of later versions are refused, never ignored.

use cachekit::cached;

#[cached(
    tags = ["a"],
    refresh_on_hit,
    stale_while = "30s",
    stale_if_error = "1h",
    early = 1.0,
    timeout = "1s",
    soft_timeout = "1s",
    lease = "10s",
    fence = "1s",
    max_staleness = "1s",
    front = 128
)]
fn everything(n: u64) -> u64 {
    n
}

#[cached(mode = "degraded", ttl = 60, fence = "1s", lease = "10s")]
fn distributed(n: u64) -> u64 {
    n
}

fn main() {
    everything(distributed(1));
}

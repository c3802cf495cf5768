//! What stands under a condition, and what has no caller.

use cachekit::cached;

#[cached]
fn parameter(n: u64, #[cfg_attr(all(), cfg(all()))] more: u64) -> u64 {
    n + more
}

#[cached]
#[track_caller]
fn tracked(n: u64) -> u64 {
    n
}

fn main() {
    parameter(1, 2);
    tracked(1);
}

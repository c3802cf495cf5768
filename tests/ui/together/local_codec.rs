//! Nothing leaves the process.

use cachekit::cached;

#[cached(mode = "local", codec = "postcard")]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! A runtime has a path.

use cachekit::cached;

#[cached(runtime = runtime())]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

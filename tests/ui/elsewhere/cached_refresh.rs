//! `cached` may lengthen a life with every hit.

use cachekit::cached;

#[cached(time = 60, time_refresh = true)]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

//! What is read when the program runs is no constant.

use cachekit::cached;

fn from_the_environment() -> std::time::Duration {
    std::time::Duration::from_secs(60)
}

#[cached(ttl = from_the_environment())]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

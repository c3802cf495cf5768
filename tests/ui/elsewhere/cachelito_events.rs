//! Groups that are invalidated together, as `cachelito` writes them.

use cachekit::cached;

#[cached(events = ["user_updated"], dependencies = ["user"])]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

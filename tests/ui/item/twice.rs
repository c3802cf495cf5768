//! One attribute has all options.

use cachekit::cached;

#[cached(ttl = 60)]
#[cached(max_size = 10)]
fn user(id: u64) -> u64 {
    id
}

fn main() {
    user(1);
}

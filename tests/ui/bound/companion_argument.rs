//! A companion takes what the function takes.

use cachekit::cached;

#[cached]
fn user(id: u64) -> u64 {
    id
}

fn main() {
    user::invalidate("1").ok();
    user::prime(1, "one").ok();
}

//! A companion of a sync function does not wait.

use cachekit::cached;

#[cached]
async fn user(id: u64) -> u64 {
    id
}

fn main() {
    let _: Option<u64> = user::peek(1).unwrap();
}

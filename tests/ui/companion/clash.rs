//! A module stands where the companion would; `companion = Name` renames it.

use cachekit::cached;

mod user {}

#[cached]
fn user(n: u64) -> u64 {
    n
}

#[cached(companion = Users)]
fn renamed(n: u64) -> u64 {
    n
}

struct Users;

fn main() {
    let _ = Users;
    user(renamed(1));
}

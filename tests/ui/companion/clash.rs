//! A module or an import stands where the companion would; `companion = Name` renames it.

use cachekit::cached;

mod user {}

#[cached]
fn user(n: u64) -> u64 {
    n
}

mod entity {
    pub mod order {}
}
use entity::order;

#[cached]
async fn order(n: u64) -> u64 {
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
    drop(order(1));
}

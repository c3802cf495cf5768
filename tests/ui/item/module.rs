//! A module is not annotated as a whole.

use cachekit::cached;

#[cached]
mod users {
    pub fn user(id: u64) -> u64 {
        id
    }
}

fn main() {
    users::user(1);
}

//! A name computes nothing.

use cachekit::cached;

mod users {
    pub fn user(id: u64) -> u64 {
        id
    }
}

#[cached]
use users::user;

fn main() {
    user(1);
}

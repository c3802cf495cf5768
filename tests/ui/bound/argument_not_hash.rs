//! An argument is found by its hash.

use cachekit::cached;

#[derive(Clone, PartialEq, Eq)]
struct Id(u64);

#[cached]
fn user(id: &Id) -> u64 {
    id.0
}

fn main() {
    user(&Id(1));
}

//! An argument is kept.

use cachekit::cached;

#[derive(PartialEq, Eq, Hash)]
struct Id(u64);

#[cached]
fn user(id: Option<Id>) -> u64 {
    id.map_or(0, |id| id.0)
}

fn main() {
    user(Some(Id(1)));
}

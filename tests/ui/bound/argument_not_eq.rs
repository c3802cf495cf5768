//! An argument is compared.

use cachekit::cached;

#[derive(Clone, Hash)]
struct Id(u64);

#[cached]
fn user(id: Id) -> u64 {
    id.0
}

fn main() {
    user(Id(1));
}

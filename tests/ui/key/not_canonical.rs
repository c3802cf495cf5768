//! A key in L2 is made of types whose bytes are the same in every build.

use cachekit::cached;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Id(u64);

#[cached(mode = "degraded", ttl = 60)]
fn user(id: Id) -> u64 {
    id.0
}

fn main() {
    user(Id(1));
}

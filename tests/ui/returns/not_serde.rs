//! What is stored outside this process becomes bytes.

use cachekit::{Fingerprint, cached};

#[derive(Clone, Fingerprint)]
struct User {
    id: u64,
}

#[cached(mode = "degraded", ttl = 60)]
fn user(id: u64) -> User {
    User { id }
}

fn main() {
    let _ = user(1).id;
}

//! What is stored elsewhere becomes bytes.

use cachekit::cached;

use cachekit::Fingerprint;
use serde::Deserialize;

#[derive(Clone, Deserialize, Fingerprint)]
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

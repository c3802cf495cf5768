//! What is stored outside this process says what it is made of.

use cachekit::cached;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
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

//! What is stored elsewhere is read again.

use cachekit::cached;

use cachekit::Fingerprint;
use serde::Serialize;

#[derive(Clone, Serialize, Fingerprint)]
struct User {
    id: u64,
}

#[cached(l1 = "encoded")]
fn user(id: u64) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = user(1).map(|user| user.id);
}

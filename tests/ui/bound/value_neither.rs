//! Both are asked for at once.

use cachekit::cached;

#[derive(Clone)]
struct User {
    id: u64,
}

#[cached(mode = "strict", ttl = 60, version = 1)]
async fn user(id: u64) -> Result<User, cachekit::Error> {
    Ok(User { id })
}

fn main() {
    drop(user(1));
    let _ = User { id: 1 }.id;
}

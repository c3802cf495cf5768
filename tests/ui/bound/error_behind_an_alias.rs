//! An alias hides the error, and not its bound.

use cachekit::cached;

struct AppError;

type Answer<T> = Result<T, AppError>;

#[cached(mode = "strict", ttl = 60, returns = "result")]
async fn user(id: u64) -> Answer<u64> {
    Ok(id)
}

fn main() {
    drop(user(1));
}

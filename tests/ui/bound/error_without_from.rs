//! An error of a strict function carries the refusal.

use cachekit::cached;

#[derive(Debug)]
enum AppError {
    Gone,
}

#[cached(mode = "strict", ttl = 60)]
fn user(id: u64) -> Result<u64, AppError> {
    if id == 0 { Err(AppError::Gone) } else { Ok(id) }
}

fn main() {
    user(1).ok();
}

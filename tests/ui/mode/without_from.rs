//! A strict function's error must be able to carry the refusal.

use cachekit::cached;

#[derive(Debug)]
struct AppError;

#[cached(mode = "strict", ttl = 60)]
fn user(id: u64) -> Result<String, AppError> {
    Ok(id.to_string())
}

#[cached(mode = "strict", ttl = 60)]
async fn text(id: u64) -> Result<u64, String> {
    Ok(id)
}

fn main() {
    user(1).ok();
    drop(text(1));
}

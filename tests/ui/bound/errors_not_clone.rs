//! An error that is kept is a value.

use cachekit::cached;

struct Failed;

#[cached(cache_err)]
fn user(n: u64) -> Result<u64, Failed> {
    if n == 0 { Err(Failed) } else { Ok(n) }
}

fn main() {
    user(1).ok();
}

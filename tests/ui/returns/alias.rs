//! What an alias hides must be said, and said rightly.

use cachekit::cached;

type Answer = Result<Option<u64>, String>;

#[cached(cache_err, cache_none)]
fn unsaid(n: u64) -> Answer {
    Ok(Some(n))
}

#[cached(returns = "results")]
fn misspelt(n: u64) -> Answer {
    Ok(Some(n))
}

fn main() {
    unsaid(1).or(misspelt(1)).ok();
}

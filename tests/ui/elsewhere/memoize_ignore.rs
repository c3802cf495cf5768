//! A parameter outside the key, as `memoize` names it.

use cachekit::cached;

#[cached(Ignore: db)]
fn cost(db: &str, n: u64) -> u64 {
    n + db.len() as u64
}

fn main() {
    cost("", 1);
}

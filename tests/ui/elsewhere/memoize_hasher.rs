//! A hasher, as `memoize` takes it.

use cachekit::cached;

#[cached(CustomHasher: FxHashMap, HasherInit: FxHashMap::default())]
fn cost(n: u64) -> u64 {
    n
}

fn main() {
    cost(1);
}

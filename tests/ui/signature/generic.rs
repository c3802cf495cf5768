//! A store outlives every call, so its types do.

use std::hash::Hash;

use cachekit::cached;

#[cached]
fn brief<T: Hash + Eq + Clone + Send + Sync>(value: T) -> u64 {
    drop(value);
    1
}

fn main() {
    brief(1);
}

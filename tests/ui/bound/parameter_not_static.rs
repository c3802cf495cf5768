//! A store outlives every call.

use cachekit::cached;

use std::hash::Hash;

#[cached]
fn same<T: Hash + Eq + Clone + Send + Sync>(value: T) -> u64 {
    drop(value);
    1
}

fn main() {
    same(1);
}

//! The table that hits and misses are measured against.

use std::hash::Hash;

use foldhash::fast::RandomState;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

/// `quick_cache` with its own default hasher.
pub(crate) type Raw<K, V> = Cache<K, V, UnitWeighter, RandomState>;

pub(crate) fn raw<K: Eq + Hash, V: Clone>(entries: usize) -> Raw<K, V> {
    let hasher = RandomState::default();
    Raw::with(entries, entries as u64, UnitWeighter, hasher, DefaultLifecycle::default())
}

//! The bounds of L1: a number of entries, and bytes where the function says what its entries weigh.

use quick_cache::Weighter;

use crate::l1::entry::Entry;
use crate::policy::Policy;

/// One entry may weigh this part of all the bytes there are: a single value cannot push out most
/// of the others.
const SHARE: usize = 16;

/// Shards of a table that is bounded by bytes. Each holds an equal part of them, which must be
/// more than one entry's.
const SHARDS: usize = 8;

/// The fewest entries that a shard is made for; below, `quick_cache` makes fewer shards.
const FEW: usize = 32;

/// Entries that a table in a test's world is made for: a test calls a function a few times.
#[cfg(feature = "testing")]
const WORLDLY: usize = 128;

/// A bound in the units of `quick_cache`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub(super) capacity: u64,
    /// Entries that the table's bookkeeping is made for.
    pub(super) items: usize,
    /// `None` leaves their number to `quick_cache`.
    pub(super) shards: Option<usize>,
    /// What an entry weighs at least.
    least: u64,
    /// What an entry may weigh; `None` where bytes are not counted.
    heaviest: Option<u64>,
}

impl Bound {
    /// The bound of a table whose entries take `entry` bytes beside what they point at.
    pub(super) fn new(policy: &Policy, entry: usize) -> Self {
        let max_size = policy.max_size;
        let Some(max_bytes) = policy.max_bytes else {
            let capacity = max_size as u64;
            return Self { capacity, items: max_size, shards: None, least: 1, heaviest: None };
        };
        let capacity = max_bytes as u64;
        // One more of this weight than `max_size` would not fit.
        let least = capacity / (max_size as u64).saturating_add(1) + 1;
        let heaviest = (capacity / SHARE as u64).max(least).min(u64::from(u32::MAX));
        let items = (max_bytes / entry.max(1)).min(max_size).max(1);
        Self {
            capacity,
            items: items.min(1 << 16),
            shards: Some(if max_size < SHARDS * FEW { 1 } else { SHARDS }),
            least,
            heaviest: Some(heaviest),
        }
    }

    /// Entries that a new table has room for, before it grows.
    ///
    /// What a test's own world has is never freed, and is made for few.
    pub(super) fn expected(&self) -> usize {
        #[cfg(feature = "testing")]
        if crate::world::is_inside() {
            return self.items.min(WORLDLY);
        }
        self.items
    }

    /// The weight of an entry of so many bytes; `None` if that is more than one entry may weigh.
    pub(super) fn weighed(&self, bytes: impl FnOnce() -> usize) -> Option<u32> {
        let Some(heaviest) = self.heaviest else { return Some(0) };
        u32::try_from(bytes()).ok().filter(|weight| u64::from(*weight) <= heaviest)
    }
}

/// Reads an entry's weight off the entry: nothing of a user's runs under a shard's lock.
impl<K, V> Weighter<K, Entry<V>> for Bound {
    fn weight(&self, _: &K, entry: &Entry<V>) -> u64 {
        self.least.max(u64::from(entry.weight))
    }
}

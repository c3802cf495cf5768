//! The keys that somebody leads, and what is known of each before anybody follows.

use hashbrown::HashTable;

use crate::guards::Guard;
use crate::sync::Arc;

use super::{Flight, Hashed};

/// The flights of one shard.
pub(super) struct Table<K, V> {
    slots: HashTable<Slot<K, V>>,
    /// The number of the last flight.
    last: u64,
}

/// A key that somebody leads.
pub(super) struct Slot<K, V> {
    pub(super) key: K,
    /// Whether what the leader brings may be kept; an unwanted flight is joined by nobody.
    pub(super) wanted: bool,
    /// Followers of a lower number joined before the leader's last operation on L2 was sent.
    pub(super) early: u64,
    /// Made by the first follower: most flights have none.
    pub(super) flight: Option<Arc<Flight<V>>>,
    number: u64,
}

/// Finds a flight's slot: several flights of one key may be in progress, one of them wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) hash: u64,
    pub(super) number: u64,
}

impl<K, V> Table<K, V> {
    pub(super) fn new() -> Self {
        Self { slots: HashTable::new(), last: 0 }
    }

    /// The wanted flight of the key that `is` recognises.
    pub(super) fn wanted(&mut self, hash: u64, is: impl Fn(&K) -> bool) -> Option<&mut Slot<K, V>> {
        self.slots.find_mut(hash, |slot| slot.wanted && is(&slot.key))
    }

    pub(super) fn find(&mut self, mark: Mark) -> Option<&mut Slot<K, V>> {
        self.slots.find_mut(mark.hash, |slot| slot.number == mark.number)
    }

    /// Begins a flight that is wanted.
    pub(super) fn begin(&mut self, hash: u64, key: K) -> Mark
    where
        K: Hashed,
    {
        self.last += 1;
        let number = self.last;
        let slot = Slot { key, number, wanted: true, early: u64::MAX, flight: None };
        self.slots.insert_unique(hash, slot, |slot| slot.key.hash_value());
        Mark { hash, number }
    }

    /// Takes a flight out.
    #[must_use = "what is taken out holds a user's key, which drops where no lock is held"]
    pub(super) fn withdraw(&mut self, mark: Mark) -> Option<Slot<K, V>> {
        let found = self.slots.find_entry(mark.hash, |slot| slot.number == mark.number).ok()?;
        Some(found.remove().0)
    }

    /// Puts a flight back that was taken out under the same lock.
    pub(super) fn put_back(&mut self, hash: u64, slot: Slot<K, V>)
    where
        K: Hashed,
    {
        self.slots.insert_unique(hash, slot, |slot| slot.key.hash_value());
    }

    /// Makes every flight unwanted whose key is chosen.
    pub(super) fn detach(&mut self, chosen: impl Fn(&K) -> bool) {
        for slot in &mut self.slots {
            slot.wanted &= !(Guard::Detach.holds() && chosen(&slot.key));
        }
    }

    /// Flights in progress.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

impl<K, V> Slot<K, V> {
    pub(super) fn mark(&self, hash: u64) -> Mark {
        Mark { hash, number: self.number }
    }
}

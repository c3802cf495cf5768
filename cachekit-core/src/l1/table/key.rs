//! A key as it lies in the table, with its entry's serial, and the ways to find it there.
//!
//! A panic under a shard's write lock would lock the shard for ever, so nothing of a user's runs
//! there: a look under the read lock compares keys by their own `Eq` and brings the serial, and
//! whatever changes the table finds its entry by that.

use std::cell::Cell;
use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;

use crate::key::{KeyPart, Lookup, OwnedKey};
use crate::l1::quota::Slot;

/// The low half of a serial: how often its entry was exchanged. The high half is the place, which
/// is another one for each entry that is put.
const EXCHANGES: u64 = 0xFFFF_FFFF;

/// The first serial of a place.
pub(crate) fn serial_of(place: u32) -> u64 {
    u64::from(place) << 32
}

/// The serial of what comes in place of an entry.
pub(super) fn next(serial: u64) -> u64 {
    place(serial) | serial.wrapping_add(1) & EXCHANGES
}

/// The serial that the place's first entry had.
pub(super) fn place(serial: u64) -> u64 {
    serial & !EXCHANGES
}

/// A key in the table. Two are equal if they have one place: of two equal keys one is in the table.
#[derive(Debug)]
pub(crate) struct TableKey<O> {
    pub(super) key: OwnedKey<O>,
    pub(super) serial: u64,
}

impl<O> TableKey<O> {
    /// Where the entry is.
    pub(super) fn slot(&self) -> Slot {
        Slot { hash: self.key.hash_value(), serial: self.serial }
    }

    /// Whether it is in that slot's place, however often it was exchanged.
    pub(super) fn is_at(&self, slot: Slot) -> bool {
        slot.hash == self.key.hash_value() && place(slot.serial) == place(self.serial)
    }
}

impl<O> PartialEq for TableKey<O> {
    fn eq(&self, other: &Self) -> bool {
        self.is_at(other.slot())
    }
}

impl<O> Eq for TableKey<O> {}

impl<O> Hash for TableKey<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<K: KeyPart> Equivalent<TableKey<K::Owned>> for Lookup<'_, K> {
    #[inline]
    fn equivalent(&self, kept: &TableKey<K::Owned>) -> bool {
        self.names(&kept.key)
    }
}

/// What is looked for where no hit waits: an entry of this hash that is recognised.
///
/// One type for every question, so that the table's code is made once for each kind of entry.
pub(super) struct Sought<'a, O> {
    hash: u64,
    is: &'a dyn Fn(&TableKey<O>) -> bool,
}

impl<'a, O> Sought<'a, O> {
    pub(super) fn new(hash: u64, is: &'a dyn Fn(&TableKey<O>) -> bool) -> Self {
        Self { hash, is }
    }
}

impl<O> Hash for Sought<'_, O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl<O> Equivalent<TableKey<O>> for Sought<'_, O> {
    fn equivalent(&self, kept: &TableKey<O>) -> bool {
        (self.is)(kept)
    }
}

/// Looks for a key, and notes where it was found.
pub(super) fn sought<O: Eq, T>(
    key: &OwnedKey<O>,
    look: impl FnOnce(&Sought<'_, O>) -> Option<T>,
) -> Option<(T, Slot)> {
    let found = Cell::new(None);
    let is = |kept: &TableKey<O>| {
        let names = *key == kept.key;
        if names {
            found.set(Some(kept.slot()));
        }
        names
    };
    look(&Sought::new(key.hash_value(), &is)).zip(found.get())
}

/// Whether it is the very entry of a slot.
pub(super) fn is_exactly<O>(slot: Slot) -> impl Fn(&TableKey<O>) -> bool {
    move |kept| kept.slot() == slot
}

/// Whether it is whatever entry is in a slot's place.
pub(super) fn is_placed<O>(slot: Slot) -> impl Fn(&TableKey<O>) -> bool {
    move |kept| kept.is_at(slot)
}

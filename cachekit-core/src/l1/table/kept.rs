//! A key as it lies in the table, with its entry's serial, and the ways to find it there.
//!
//! A panic under a shard's write lock would lock the shard for ever, so nothing of a user's runs
//! there: a look under the read lock compares keys by their own `Eq` and brings the serial, and
//! whatever changes the table finds its entry by that.

use std::cell::Cell;
use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;

use crate::key::tenant::Owner;
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
pub(crate) struct Kept<O> {
    pub(super) key: OwnedKey<O>,
    pub(super) serial: u64,
}

impl<O> Kept<O> {
    /// Where the entry is.
    pub(super) fn slot(&self) -> Slot {
        Slot { hash: self.key.hash_value(), serial: self.serial }
    }
}

impl<O> PartialEq for Kept<O> {
    fn eq(&self, other: &Self) -> bool {
        Placed(self.slot()).equivalent(other)
    }
}

impl<O> Eq for Kept<O> {}

impl<O> Hash for Kept<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<K: KeyPart> Equivalent<Kept<K::Owned>> for Lookup<'_, K> {
    #[inline]
    fn equivalent(&self, kept: &Kept<K::Owned>) -> bool {
        self.names(&kept.key)
    }
}

impl<O: Eq> Equivalent<Kept<O>> for OwnedKey<O> {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        *self == kept.key
    }
}

/// A key in whatever form finds an entry: borrowed, or as it is stored.
pub(crate) trait Finds<O>: Hash + Equivalent<Kept<O>> {}

impl<O, Q: Hash + Equivalent<Kept<O>>> Finds<O> for Q {}

/// A key that is looked up, and where it was found.
pub(super) struct Seek<'a, Q> {
    key: &'a Q,
    pub(super) found: Cell<Option<Slot>>,
}

impl<'a, Q> Seek<'a, Q> {
    pub(super) fn new(key: &'a Q) -> Self {
        Self { key, found: Cell::new(None) }
    }
}

impl<Q: Hash> Hash for Seek<'_, Q> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<O, Q: Finds<O>> Equivalent<Kept<O>> for Seek<'_, Q> {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        let found = self.key.equivalent(kept);
        if found {
            self.found.set(Some(kept.slot()));
        }
        found
    }
}

/// A key of which its hash alone is known.
pub(super) struct Hashed(pub(super) u64);

/// The very entry of a slot.
pub(super) struct Exactly(pub(super) Slot);

/// Whatever entry is in a slot's place.
pub(super) struct Placed(pub(super) Slot);

/// Whatever entry of a tenant is in a slot's place.
pub(super) struct Theirs<'a>(pub(super) Slot, pub(super) &'a str);

macro_rules! by_hash {
    ($($by:ty, |$self:ident| $hash:expr;)*) => { $(
        impl Hash for $by {
            fn hash<H: Hasher>(&self, state: &mut H) {
                let $self = self;
                state.write_u64($hash);
            }
        }
    )* };
}
by_hash! {
    Hashed, |by| by.0;
    Exactly, |by| by.0.hash;
    Placed, |by| by.0.hash;
    Theirs<'_>, |by| by.0.hash;
}

impl<O> Equivalent<Kept<O>> for Hashed {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        self.0 == kept.key.hash_value()
    }
}

impl<O> Equivalent<Kept<O>> for Exactly {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        self.0 == kept.slot()
    }
}

impl<O> Equivalent<Kept<O>> for Placed {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        self.0.hash == kept.key.hash_value() && place(self.0.serial) == place(kept.serial)
    }
}

impl<O: Owner> Equivalent<Kept<O>> for Theirs<'_> {
    fn equivalent(&self, kept: &Kept<O>) -> bool {
        Placed(self.0).equivalent(kept) && kept.key.is(self.1)
    }
}

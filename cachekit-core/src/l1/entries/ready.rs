//! An entry on its way into this process's own table, or why it is not.

use std::sync::Arc;

use crate::l1::entry::Entry;
use crate::l1::quota::Slot;

/// An entry that is ready to be put; made where no lock is held.
pub(crate) struct Ready<V> {
    /// Tells one entry of a key from the next.
    pub(super) serial: u64,
    pub(super) made: Made<V>,
}

/// The entry, in the form that the function keeps.
pub(super) enum Made<V> {
    Value(Entry<V>),
    Sealed(Entry<Arc<[u8]>>),
}

impl<V> Ready<V> {
    /// Its place among its tenant's entries, under a key of this hash.
    pub(crate) fn slot(&self, hash: u64) -> Slot {
        Slot { hash, serial: self.serial }
    }
}

/// Why a value is not kept in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unkept {
    /// Nothing is.
    Nowhere,
    /// It cannot be sealed.
    Unfit,
    /// It weighs more than one entry may.
    Heavy,
}

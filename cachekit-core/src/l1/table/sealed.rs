//! A table of sealed entries behind a pointer: made, and compiled, for functions that seal alone.

use std::sync::Arc;

use crate::key::OwnedKey;
use crate::key::tenant::Owner;
use crate::l1::entry::Entry;
use crate::l1::quota::Slot;
use crate::policy::Policy;
use crate::time::clock::Tick;

use super::{Displaced, Exchanged, L1, Look, Whose};

/// What is sealed.
type Sealed = Entry<Arc<[u8]>>;

/// Entries that are out of the table; dropped where no lock is held.
pub(crate) type Parted<O> = Displaced<O, Arc<[u8]>>;

/// Makes a table of sealed entries.
pub(crate) type MakeSealed<O> = fn(&Policy, Whose<O>) -> Box<dyn SealedTable<O>>;

/// As [`L1`], whose methods say what each of these does.
pub(crate) trait SealedTable<O>: Send + Sync {
    fn find(&self, key: &OwnedKey<O>, look: Look) -> Option<(Sealed, Slot)>;
    fn contains(&self, key: &OwnedKey<O>) -> bool;
    fn has(&self, hash: u64) -> bool;
    fn weighed(&self, bytes: usize) -> Option<u32>;
    fn add(&self, key: OwnedKey<O>, serial: u64, entry: Sealed) -> Parted<O>;
    fn put(&self, key: OwnedKey<O>, serial: u64, entry: Sealed) -> Parted<O>;
    fn exchange(&self, key: OwnedKey<O>, slot: Slot, entry: Sealed) -> Exchanged<Parted<O>>;
    fn remove(&self, key: &OwnedKey<O>) -> Option<Parted<O>>;
    fn take(&self, slot: Slot) -> Option<Parted<O>>;
    fn evict(&self, slot: Slot) -> Option<Parted<O>>;
    fn clear(&self);
    fn clear_tenant(&self, tenant: &str);
    fn count(&self, now: Tick) -> usize;
    fn bytes(&self) -> usize;
    fn evictions(&self) -> u64;
    #[cfg(feature = "testing")]
    fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>));
}

/// A table of sealed entries under keys of this kind.
pub(crate) fn sealed<O>(policy: &Policy, whose: Whose<O>) -> Box<dyn SealedTable<O>>
where
    O: Owner + Eq + Clone + Send + Sync + 'static,
{
    Box::new(L1::<O, Arc<[u8]>>::of_sealed(policy, whose))
}

impl<O> SealedTable<O> for L1<O, Arc<[u8]>>
where
    O: Owner + Eq + Clone + Send + Sync,
{
    fn find(&self, key: &OwnedKey<O>, look: Look) -> Option<(Sealed, Slot)> {
        self.find(key, look)
    }

    fn contains(&self, key: &OwnedKey<O>) -> bool {
        self.contains(key)
    }

    fn has(&self, hash: u64) -> bool {
        self.has(hash)
    }

    fn weighed(&self, bytes: usize) -> Option<u32> {
        self.weighed(|| bytes)
    }

    fn add(&self, key: OwnedKey<O>, serial: u64, entry: Sealed) -> Parted<O> {
        self.add(key, serial, entry)
    }

    fn put(&self, key: OwnedKey<O>, serial: u64, entry: Sealed) -> Parted<O> {
        self.put(key, serial, entry)
    }

    fn exchange(&self, key: OwnedKey<O>, slot: Slot, entry: Sealed) -> Exchanged<Parted<O>> {
        self.exchange(key, slot, entry)
    }

    fn remove(&self, key: &OwnedKey<O>) -> Option<Parted<O>> {
        self.remove(key).map(Into::into)
    }

    fn take(&self, slot: Slot) -> Option<Parted<O>> {
        self.take(slot).map(Into::into)
    }

    fn evict(&self, slot: Slot) -> Option<Parted<O>> {
        self.evict(slot).map(Into::into)
    }

    fn clear(&self) {
        self.clear();
    }

    fn clear_tenant(&self, tenant: &str) {
        self.clear_tenant(tenant);
    }

    fn count(&self, now: Tick) -> usize {
        self.count(now)
    }

    fn bytes(&self) -> usize {
        self.bytes()
    }

    fn evictions(&self) -> u64 {
        self.evictions()
    }

    #[cfg(feature = "testing")]
    fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>)) {
        self.corrupt(change);
    }
}

//! L1: a function's entries in this process; the only importer of `quick_cache`.

mod bound;
mod displaced;
mod kept;

use std::cell::{Cell, RefCell};
use std::fmt;

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder};

use crate::clock::Tick;
use crate::entry::Entry;
use crate::key::{OwnedKey, Passed};
use crate::policy::Policy;
use crate::quota::Slot;
use crate::stats::Count;
use crate::tenant::Owner;

use bound::Bound;
use kept::{Exactly, Hashed, Kept, Placed, Seek, Theirs, next, place};

pub(crate) use displaced::{Displaced, Exchanged};
pub(crate) use kept::{Finds, serial_of};

/// The entries of one function, bounded by their number and, where it says so, by their bytes.
///
/// The policy is `quick_cache`'s: close to S3-FIFO, sharded, so a bound and not an order is what
/// may be relied upon.
pub(crate) struct L1<O, V> {
    cache: Cache<Kept<O>, Entry<V>, Bound, Passed, Evictions>,
    bound: Bound,
    evicted: std::sync::Arc<Count>,
}

/// Counts what the bound pushes out, and keeps it until the shard's lock is free.
#[derive(Clone)]
struct Evictions(std::sync::Arc<Count>);

impl<O, V> Lifecycle<Kept<O>, Entry<V>> for Evictions {
    type RequestState = Displaced<O, V>;

    fn on_evict(&self, displaced: &mut Self::RequestState, kept: Kept<O>, entry: Entry<V>) {
        if displaced.exchanges != Some(place(kept.serial)) {
            self.0.add(1);
        }
        displaced.push((kept, entry));
    }
}

impl<O: Eq + Clone, V: Clone> L1<O, V> {
    /// What an entry takes in the table, without what it points at.
    const ENTRY: usize = size_of::<Kept<O>>() + size_of::<Entry<V>>();

    pub(crate) fn new(policy: &Policy) -> Self {
        let evicted = std::sync::Arc::new(Count::new());
        let evictions = Evictions(std::sync::Arc::clone(&evicted));
        let bound = Bound::new(policy, Self::ENTRY);
        let mut options = OptionsBuilder::new();
        options.weight_capacity(bound.capacity).estimated_items_capacity(bound.items);
        if let Some(shards) = bound.shards {
            options.shards(shards);
        }
        let options = options.build().expect("both capacities are set");
        let cache = Cache::with_options(options, bound, Passed, evictions);
        Self { cache, bound, evicted }
    }

    /// The weight of an entry that points at so many bytes; `None` if one may not weigh so much.
    ///
    /// They are not counted where bytes are not bounded.
    pub(crate) fn weighed(&self, bytes: impl FnOnce() -> usize) -> Option<u32> {
        self.bound.weighed(|| bytes().saturating_add(Self::ENTRY))
    }

    /// The key's entry, whatever its span.
    #[inline]
    pub(crate) fn get<Q: Finds<O>>(&self, key: &Q) -> Option<Entry<V>> {
        self.cache.get(key)
    }

    /// As [`L1::get`], with the entry's serial.
    pub(crate) fn find<Q: Finds<O>>(&self, key: &Q) -> Option<(Entry<V>, Slot)> {
        let seek = Seek::new(key);
        self.cache.get(&seek).zip(seek.found.get())
    }

    /// As [`L1::find`], without making the entry any hotter.
    pub(crate) fn peek<Q: Finds<O>>(&self, key: &Q) -> Option<(Entry<V>, Slot)> {
        let seek = Seek::new(key);
        self.cache.peek(&seek).zip(seek.found.get())
    }

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        self.cache.contains_key(key)
    }

    /// Where the key's entry is.
    fn seek<Q: Finds<O>>(&self, key: &Q) -> Option<Slot> {
        let seek = Seek::new(key);
        self.cache.contains_key(&seek);
        seek.found.get()
    }

    /// Puts an entry under a key that has none.
    ///
    /// The flights' lock is held from before that was so: nobody else puts one meanwhile.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn add(&self, key: OwnedKey<O>, serial: u64, entry: Entry<V>) -> Displaced<O, V> {
        let mut displaced = Displaced::default();
        self.cache.insert_with_lifecycle(Kept { key, serial }, entry, &mut displaced);
        displaced
    }

    /// Puts an entry in place of the key's own, if any.
    ///
    /// The old entry is taken out first, so that its value drops outside the shard's lock.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn put(&self, key: OwnedKey<O>, serial: u64, entry: Entry<V>) -> Displaced<O, V> {
        let old = self.remove(&key);
        let mut displaced = self.add(key, serial, entry);
        if let Some(old) = old {
            displaced.push(old);
        }
        displaced
    }

    /// Puts an entry in place of the one in a slot, if it still is there, in one step.
    ///
    /// The flights' lock is held: nobody else exchanges or puts one between the look and the change,
    /// and one that is removed meanwhile is not found again.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn exchange(
        &self,
        key: OwnedKey<O>,
        slot: Slot,
        entry: Entry<V>,
    ) -> Exchanged<Displaced<O, V>> {
        let kept = Kept { key, serial: next(slot.serial) };
        if !self.cache.contains_key(&Exactly(slot)) {
            return Exchanged::New((kept, entry).into());
        }
        let mut displaced = Displaced::default();
        displaced.exchanges = Some(place(slot.serial));
        match self.cache.replace_with_lifecycle(kept, entry, true, &mut displaced) {
            Ok(()) => Exchanged::Old(displaced),
            Err(new) => Exchanged::New(new.into()),
        }
    }

    /// Takes out the key's entry.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove<Q: Finds<O>>(&self, key: &Q) -> Option<(Kept<O>, Entry<V>)> {
        // Again while somebody else takes it out, or exchanges it, between the look and the removal.
        while let Some(slot) = self.seek(key) {
            if let Some(gone) = self.out(&Placed(slot)) {
                return Some(gone);
            }
        }
        None
    }

    /// Takes out the entry of a slot, if it still is there.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn take(&self, slot: Slot) -> Option<(Kept<O>, Entry<V>)> {
        self.out(&Exactly(slot))
    }

    /// Takes out an entry, and leaves what `quick_cache` remembers of those that it evicted.
    fn out<Q: Finds<O>>(&self, by: &Q) -> Option<(Kept<O>, Entry<V>)> {
        self.cache.remove_if(by, |_| true)
    }

    /// Whether there is an entry of this hash.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.cache.contains_key(&Hashed(hash))
    }

    /// Evicts the entry in a slot's place, however often it was exchanged.
    pub(crate) fn evict(&self, slot: Slot) -> Option<(Kept<O>, Entry<V>)> {
        let gone = self.out(&Placed(slot));
        self.evicted.add(u64::from(gone.is_some()));
        gone
    }

    /// Removes every entry; the values drop outside the locks.
    pub(crate) fn clear(&self) {
        let all: Vec<_> = self.cache.drain().collect();
        drop(all);
    }

    /// Removes a tenant's entries; the values drop outside the locks.
    pub(crate) fn clear_tenant(&self, tenant: &str)
    where
        O: Owner,
    {
        let slots = RefCell::new(Vec::new());
        self.cache.retain(|kept, _| {
            if kept.key.is(tenant) {
                slots.borrow_mut().push(kept.slot());
            }
            true
        });
        for slot in slots.into_inner() {
            drop(self.out(&Theirs(slot, tenant)));
        }
    }

    /// Entries that may still be served, counted now.
    pub(crate) fn count(&self, now: Tick) -> usize {
        let live = Cell::new(0);
        self.cache.retain(|_, entry| {
            if now < entry.span.expires {
                live.set(live.get() + 1);
            }
            true
        });
        live.get()
    }

    /// Memory of the tables and the entries in them, without what the values point at.
    pub(crate) fn bytes(&self) -> usize {
        self.cache.memory_used().total()
    }

    /// Bytes that weighed entries point at.
    pub(crate) fn pointed(&self) -> usize {
        if !self.bound.counts_bytes() {
            return 0;
        }
        let bytes = Cell::new(0);
        self.cache.retain(|_, entry| {
            bytes.set(bytes.get() + (entry.weight as usize).saturating_sub(Self::ENTRY));
            true
        });
        bytes.get()
    }

    /// Bytes that sealed entries point at.
    pub(crate) fn payload(&self) -> usize
    where
        V: AsRef<[u8]>,
    {
        let bytes = Cell::new(0);
        self.cache.retain(|_, entry| {
            bytes.set(bytes.get() + entry.value.as_ref().len());
            true
        });
        bytes.get()
    }

    /// Removes the entries and puts them back changed, as a fault of the memory would.
    #[cfg(feature = "testing")]
    pub(crate) fn corrupt<B>(&self, change: &dyn Fn(&mut B))
    where
        V: AsRef<[u8]> + From<B>,
        B: for<'a> From<&'a [u8]>,
    {
        let all: Vec<_> = self.cache.drain().collect();
        for (kept, entry) in all {
            let mut bytes = B::from(entry.value.as_ref());
            change(&mut bytes);
            drop(self.add(kept.key, kept.serial, Entry { value: V::from(bytes), ..entry }));
        }
    }

    /// Entries that the bound pushed out so far.
    pub(crate) fn evictions(&self) -> u64 {
        self.evicted.get()
    }
}

impl<O, V> fmt::Debug for L1<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("L1").finish_non_exhaustive()
    }
}

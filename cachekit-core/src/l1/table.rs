//! L1: a function's entries in this process; the only importer of `quick_cache`.

mod bound;
mod displaced;
mod ends;
mod key;
mod roll;
mod sealed;
mod tally;

use std::fmt;
use std::sync::Arc;

use quick_cache::OptionsBuilder;
use quick_cache::sync::Cache;

use crate::key::tenant::{self, Owner};
use crate::key::{KeyPart, Lookup, OwnedKey, Passed};
use crate::l1::entry::Entry;
use crate::l1::quota::Slot;
use crate::policy::Policy;
use crate::time::clock::Tick;

use bound::Bound;
use displaced::Evictions;
use key::{Sought, TableKey, is_exactly, is_placed, next, place, sought};
use roll::Roll;
use tally::Tally;

pub(crate) use displaced::{Displaced, Exchanged};
pub(crate) use key::serial_of;
pub(crate) use sealed::{MakeSealed, Parted, SealedTable, sealed};

/// The entries of one function, bounded by their number and, where it says so, by their bytes.
///
/// The policy is `quick_cache`'s: close to S3-FIFO, sharded, so a bound and not an order is what
/// may be relied upon.
pub(crate) struct L1<O, V> {
    cache: Cache<TableKey<O>, Entry<V>, Bound, Passed, Evictions<V>>,
    bound: Bound,
    tally: Arc<Tally<V>>,
    roll: Roll,
    whose: Whose<O>,
}

/// Whether a look makes an entry hotter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Use,
    Peek,
}

/// Tells the label of the tenant that an entry is of.
pub(crate) type Whose<O> = fn(&OwnedKey<O>) -> Option<u64>;

impl<O: Eq + Clone, V: Clone> L1<O, V> {
    /// What an entry takes in the table, without what it points at.
    const ENTRY: usize = size_of::<TableKey<O>>() + size_of::<Entry<V>>();

    /// A table whose values are weighed where bytes are bounded.
    pub(crate) fn of_values(policy: &Policy, whose: Whose<O>) -> Self {
        Self::new(policy, whose, |entry| (entry.weight as usize).saturating_sub(Self::ENTRY))
    }

    /// A table of sealed values.
    pub(crate) fn of_sealed(policy: &Policy, whose: Whose<O>) -> Self
    where
        V: AsRef<[u8]>,
    {
        Self::new(policy, whose, |entry| {
            (entry.weight as usize).saturating_sub(Self::ENTRY).max(entry.value.as_ref().len())
        })
    }

    fn new(policy: &Policy, whose: Whose<O>, points_at: fn(&Entry<V>) -> usize) -> Self {
        let tally = Arc::new(Tally::new(points_at));
        let evictions = Evictions::new(&tally);
        let bound = Bound::new(policy, Self::ENTRY);
        let mut options = OptionsBuilder::new();
        options.weight_capacity(bound.capacity).estimated_items_capacity(bound.expected());
        if let Some(shards) = bound.shards {
            options.shards(shards);
        }
        let options = options.build().expect("both capacities are set");
        let cache = Cache::with_options(options, bound, Passed, evictions);
        Self { cache, bound, tally, roll: Roll::default(), whose }
    }

    /// The weight of an entry that points at so many bytes; `None` if one may not weigh so much.
    ///
    /// They are not counted where bytes are not bounded.
    pub(crate) fn weighed(&self, bytes: impl FnOnce() -> usize) -> Option<u32> {
        self.bound.weighed(|| bytes().saturating_add(Self::ENTRY))
    }

    /// The key's entry, whatever its span.
    #[inline]
    pub(crate) fn get<K: KeyPart<Owned = O>>(&self, key: &Lookup<'_, K>) -> Option<Entry<V>> {
        self.cache.get(key)
    }

    /// As [`L1::get`], with the entry's slot.
    pub(crate) fn find(&self, key: &OwnedKey<O>, look: Look) -> Option<(Entry<V>, Slot)> {
        sought(key, |sought| match look {
            Look::Use => self.cache.get(sought),
            Look::Peek => self.cache.peek(sought),
        })
    }

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        self.seek(key).is_some()
    }

    /// Where the key's entry is.
    fn seek(&self, key: &OwnedKey<O>) -> Option<Slot> {
        sought(key, |sought| self.cache.contains_key(sought).then_some(())).map(|found| found.1)
    }

    fn has_one(&self, hash: u64, is: &dyn Fn(&TableKey<O>) -> bool) -> bool {
        self.cache.contains_key(&Sought::new(hash, is))
    }

    /// Puts an entry under a key that has none.
    ///
    /// The flights' lock is held from before that was so: nobody else puts one meanwhile.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn add(&self, key: OwnedKey<O>, serial: u64, entry: Entry<V>) -> Displaced<O, V> {
        let mut displaced = Displaced::default();
        let kept = TableKey { key, serial };
        self.tally.came(&entry);
        if let Some(label) = (self.whose)(&kept.key) {
            self.roll.enter(label, kept.slot());
        }
        self.cache.insert_with_lifecycle(kept, entry, &mut displaced);
        displaced.kept().for_each(|kept| self.strike(kept));
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
        let kept = TableKey { key, serial: next(slot.serial) };
        if !self.has_one(slot.hash, &is_exactly(slot)) {
            return Exchanged::New((kept, entry).into());
        }
        let mut displaced = Displaced::default();
        displaced.exchanges = Some(place(slot.serial));
        self.tally.came(&entry);
        let exchanged = self.cache.replace_with_lifecycle(kept, entry, true, &mut displaced);
        displaced.kept().for_each(|kept| self.strike(kept));
        match exchanged {
            Ok(()) => Exchanged::Old(displaced),
            Err(new) => {
                self.tally.went(&new.1);
                displaced.push(new);
                Exchanged::New(displaced)
            }
        }
    }

    /// Takes out the key's entry.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove(&self, key: &OwnedKey<O>) -> Option<(TableKey<O>, Entry<V>)> {
        // Again while somebody else takes it out, or exchanges it, between the look and the removal.
        while let Some(slot) = self.seek(key) {
            if let Some(gone) = self.out(slot.hash, &is_placed(slot)) {
                return Some(gone);
            }
        }
        None
    }

    /// Takes out the entry of a slot, if it still is there.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn take(&self, slot: Slot) -> Option<(TableKey<O>, Entry<V>)> {
        self.out(slot.hash, &is_exactly(slot))
    }

    /// Takes out an entry, and leaves what `quick_cache` remembers of those that it evicted.
    fn out(&self, hash: u64, is: &dyn Fn(&TableKey<O>) -> bool) -> Option<(TableKey<O>, Entry<V>)> {
        let (kept, entry) = self.cache.remove_if(&Sought::new(hash, is), |_| true)?;
        self.tally.went(&entry);
        self.strike(&kept);
        Some((kept, entry))
    }

    /// Strikes an entry that is out of the table off the roll; one that was exchanged is not.
    fn strike(&self, kept: &TableKey<O>) {
        if let Some(label) = (self.whose)(&kept.key)
            && !self.has_one(kept.slot().hash, &is_placed(kept.slot()))
        {
            self.roll.leave(label, kept.slot());
        }
    }

    /// Whether there is an entry of this hash.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.has_one(hash, &|kept| kept.slot().hash == hash)
    }

    /// Evicts the entry in a slot's place, however often it was exchanged.
    pub(crate) fn evict(&self, slot: Slot) -> Option<(TableKey<O>, Entry<V>)> {
        let gone = self.out(slot.hash, &is_placed(slot));
        self.tally.evicted.add(u64::from(gone.is_some()));
        gone
    }

    /// Removes every entry; the values drop outside the locks.
    pub(crate) fn clear(&self) {
        for (kept, entry) in self.cache.drain() {
            self.tally.went(&entry);
            self.strike(&kept);
        }
    }

    /// Removes a tenant's entries; the values drop outside the locks.
    ///
    /// Nobody else's are looked at.
    pub(crate) fn clear_tenant(&self, tenant: &str)
    where
        O: Owner,
    {
        let (label, mut last) = (tenant::label(tenant), None);
        loop {
            let theirs = self.roll.after(label, last);
            let Some(end) = theirs.last() else { break };
            last = Some(*end);
            for slot in theirs {
                drop(self.out(slot.hash, &|kept| kept.is_at(slot) && kept.key.is(tenant)));
            }
        }
    }

    /// Entries that may still be served, without looking at any.
    pub(crate) fn count(&self, now: Tick) -> usize {
        self.tally.live(self.cache.len(), now)
    }

    /// Memory of the table, of the entries in it, and of what they are known to point at.
    pub(crate) fn bytes(&self) -> usize {
        self.cache.memory_used().total() + self.tally.pointed()
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
            self.tally.went(&entry);
            let mut bytes = B::from(entry.value.as_ref());
            change(&mut bytes);
            drop(self.add(kept.key, kept.serial, Entry { value: V::from(bytes), ..entry }));
        }
    }

    /// Entries that the bound pushed out so far.
    pub(crate) fn evictions(&self) -> u64 {
        self.tally.evicted.get()
    }
}

impl<O, V> fmt::Debug for L1<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("L1").finish_non_exhaustive()
    }
}

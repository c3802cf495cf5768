//! L1: a function's entries in this process; the only importer of `quick_cache`.

mod bound;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::hash::{Hash, Hasher};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Lifecycle, OptionsBuilder};

use crate::clock::Tick;
use crate::entry::Entry;
use crate::key::{KeyPart, Lookup, OwnedKey, Passed};
use crate::policy::Policy;
use crate::quota::Slot;
use crate::stats::Count;
use crate::tenant::Owner;

use bound::Bound;

/// The entries of one function, bounded by their number and, where it says so, by their bytes.
///
/// The policy is `quick_cache`'s: close to S3-FIFO, sharded, so a bound and not an order is what
/// may be relied upon.
pub(crate) struct L1<O, V> {
    cache: Cache<OwnedKey<O>, Entry<V>, Bound, Passed, Evictions>,
    bound: Bound,
    evicted: std::sync::Arc<Count>,
}

/// Counts what the bound pushes out, and keeps it until the shard's lock is free.
#[derive(Clone)]
struct Evictions(std::sync::Arc<Count>);

impl<K, V> Lifecycle<K, V> for Evictions {
    type RequestState = Few<(K, V)>;

    fn on_evict(&self, evicted: &mut Self::RequestState, key: K, value: V) {
        self.0.add(1);
        evicted.push((key, value));
    }
}

impl<K: KeyPart> Equivalent<OwnedKey<K::Owned>> for Lookup<'_, K> {
    #[inline]
    fn equivalent(&self, key: &OwnedKey<K::Owned>) -> bool {
        self.names(key)
    }
}

/// A key in whatever form finds an entry: borrowed, or as it is stored.
pub(crate) trait Finds<O>: Hash + Equivalent<OwnedKey<O>> {}

impl<O, Q: Hash + Equivalent<OwnedKey<O>>> Finds<O> for Q {}

/// A key of which its hash alone is known; who acts on what it finds looks at the serial as well.
struct Hashed(u64);

impl Hash for Hashed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

impl<O> Equivalent<OwnedKey<O>> for Hashed {
    fn equivalent(&self, key: &OwnedKey<O>) -> bool {
        self.0 == key.hash_value()
    }
}

/// Entries that made room for another; dropped where no lock is held.
pub(crate) type Displaced<O, V> = Few<(OwnedKey<O>, Entry<V>)>;

/// What an insertion displaces: seldom more than two, and those are worth no allocation.
pub(crate) struct Few<T> {
    few: [Option<T>; 2],
    more: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { few: [None, None], more: Vec::new() }
    }
}

impl<T> From<T> for Few<T> {
    fn from(one: T) -> Self {
        Self { few: [Some(one), None], more: Vec::new() }
    }
}

impl<T> Few<T> {
    fn push(&mut self, item: T) {
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(item),
            None => self.more.push(item),
        }
    }
}

impl<O: Eq + Clone, V: Clone> L1<O, V> {
    /// What an entry takes in the table, without what it points at.
    const ENTRY: usize = size_of::<OwnedKey<O>>() + size_of::<Entry<V>>();

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

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        self.cache.contains_key(key)
    }

    /// The key's entry, without making it any hotter.
    pub(crate) fn peek<Q: Finds<O>>(&self, key: &Q) -> Option<Entry<V>> {
        self.cache.peek(key)
    }

    /// Puts an entry under a key that has none.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn add(&self, key: OwnedKey<O>, entry: Entry<V>) -> Displaced<O, V> {
        let mut displaced = Displaced::default();
        self.cache.insert_with_lifecycle(key, entry, &mut displaced);
        displaced
    }

    /// Puts an entry in place of the key's own, if any.
    ///
    /// The old entry is taken out first, so that its value drops outside the shard's lock.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn put(&self, key: OwnedKey<O>, entry: Entry<V>) -> Displaced<O, V> {
        let old = self.cache.remove(&key);
        let mut displaced = self.add(key, entry);
        if let Some(old) = old {
            displaced.push(old);
        }
        displaced
    }

    /// Takes out the key's entry.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove<Q: Finds<O>>(&self, key: &Q) -> Option<(OwnedKey<O>, Entry<V>)> {
        self.cache.remove(key)
    }

    /// Takes out the key's entry if it still is the one with this serial.
    pub(crate) fn take<Q: Finds<O>>(
        &self,
        key: &Q,
        serial: u64,
    ) -> Option<(OwnedKey<O>, Entry<V>)> {
        self.cache.remove_if(key, |entry| entry.serial == serial)
    }

    /// Whether there is an entry of this hash.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.cache.contains_key(&Hashed(hash))
    }

    /// Evicts the entry of a slot, if it still is the one with its serial.
    pub(crate) fn evict(&self, slot: Slot) -> Option<(OwnedKey<O>, Entry<V>)> {
        let gone = self.cache.remove_if(&Hashed(slot.hash), |entry| entry.serial == slot.serial);
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
        let keys = RefCell::new(Vec::new());
        self.cache.retain(|key, _| {
            if key.is(tenant) {
                keys.borrow_mut().push(key.clone());
            }
            true
        });
        for key in keys.into_inner() {
            drop(self.cache.remove(&key));
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
        for (key, entry) in all {
            let mut bytes = B::from(entry.value.as_ref());
            change(&mut bytes);
            drop(self.put(key, Entry { value: V::from(bytes), ..entry }));
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

//! L1: a function's entries in this process; the only importer of quick_cache.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::hash::Hash;

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Lifecycle, UnitWeighter};

use crate::clock::Tick;
use crate::entry::Entry;
use crate::key::{KeyPart, Lookup, OwnedKey, Passed};
use crate::stats::Count;
use crate::tenant::Owner;

/// The entries of one function, bounded by their number.
///
/// The policy is quick_cache's: close to S3-FIFO, sharded, so a bound and not an order is what
/// may be relied upon.
pub(crate) struct L1<O, V> {
    cache: Cache<OwnedKey<O>, Entry<V>, UnitWeighter, Passed, Evictions>,
    evicted: std::sync::Arc<Count>,
}

/// Counts what the bound pushes out, and keeps it until the shard's lock is free.
#[derive(Clone)]
struct Evictions(std::sync::Arc<Count>);

impl<K, V> Lifecycle<K, V> for Evictions {
    type RequestState = Vec<(K, V)>;

    fn on_evict(&self, state: &mut Self::RequestState, key: K, value: V) {
        self.0.add(1);
        state.push((key, value));
    }
}

impl<K: KeyPart> Equivalent<OwnedKey<K::Owned>> for Lookup<'_, K> {
    #[inline]
    fn equivalent(&self, key: &OwnedKey<K::Owned>) -> bool {
        self.names(key)
    }
}

/// Entries that made room for another; dropped where no lock is held.
pub(crate) type Displaced<O, V> = Vec<(OwnedKey<O>, Entry<V>)>;

impl<O: Eq + Clone, V: Clone> L1<O, V> {
    pub(crate) fn new(max_size: usize) -> Self {
        let evicted = std::sync::Arc::new(Count::new());
        let evictions = Evictions(std::sync::Arc::clone(&evicted));
        let cache = Cache::with(max_size, max_size as u64, UnitWeighter, Passed, evictions);
        Self { cache, evicted }
    }

    /// The key's entry, whatever its span.
    #[inline]
    pub(crate) fn get<K: KeyPart<Owned = O>>(&self, key: &Lookup<'_, K>) -> Option<Entry<V>> {
        self.cache.get(key)
    }

    /// As [`L1::get`], by the stored form of the key.
    pub(crate) fn get_owned(&self, key: &OwnedKey<O>) -> Option<Entry<V>> {
        self.cache.get(key)
    }

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        self.cache.contains_key(key)
    }

    /// The key's entry, without making it any hotter.
    pub(crate) fn peek<K: KeyPart<Owned = O>>(&self, key: &Lookup<'_, K>) -> Option<Entry<V>> {
        self.cache.peek(key)
    }

    /// Puts an entry in place of the key's own, if any.
    ///
    /// The old entry is taken out first, so that its value drops outside the shard's lock.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn put(&self, key: OwnedKey<O>, entry: Entry<V>) -> Displaced<O, V> {
        let mut displaced = Vec::new();
        displaced.extend(self.cache.remove(&key));
        self.cache.insert_with_lifecycle(key, entry, &mut displaced);
        displaced
    }

    /// Puts an entry in place of the one with the serial `seen`, or of any; gives what is not in L1
    /// afterwards, to be dropped where no lock is held.
    ///
    /// # Errors
    ///
    /// If another entry is there by now; it stays.
    pub(crate) fn exchange<K: KeyPart<Owned = O>>(
        &self,
        key: &Lookup<'_, K>,
        owned: OwnedKey<O>,
        entry: Entry<V>,
        seen: Option<u64>,
    ) -> Result<Displaced<O, V>, Displaced<O, V>> {
        let Some(serial) = seen else { return Ok(self.put(owned, entry)) };
        match self.take(key, serial) {
            Some(old) => {
                let mut displaced = self.put(owned, entry);
                displaced.push(old);
                Ok(displaced)
            }
            None => Err(vec![(owned, entry)]),
        }
    }

    pub(crate) fn remove<K: KeyPart<Owned = O>>(&self, key: &Lookup<'_, K>) {
        drop(self.cache.remove(key));
    }

    /// Takes out the key's entry if it still is the one with this serial.
    pub(crate) fn take<Q>(&self, key: &Q, serial: u64) -> Option<(OwnedKey<O>, Entry<V>)>
    where
        Q: Hash + Equivalent<OwnedKey<O>>,
    {
        self.cache.remove_if(key, |entry| entry.serial == serial)
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

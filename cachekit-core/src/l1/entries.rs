//! A function's entries in this process, as values or as sealed bytes, whichever it asks for.

mod late;
mod limit;
mod ready;
mod sealer;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::key::OwnedKey;
use crate::key::tenant::Owner;
use crate::l1::entry::{Entry, Span};
use crate::l1::per_value::PerValue;
use crate::l1::quota::{Quota, Slot};
use crate::l1::table::{
    Displaced, Exchanged, L1, Look, MakeSealed, Parted, SealedTable, Whose, serial_of,
};
use crate::policy::{L1Use, Policy, Sign, switch};
use crate::time::clock::Tick;

use late::Late;
pub(crate) use limit::KeyLimit;
use ready::Made;
pub(crate) use ready::{Ready, Unkept};
pub(crate) use sealer::Sealer;

/// A function's entries in this process.
pub(crate) struct Entries<O, V> {
    /// Read directly by the hit path; empty where entries are sealed.
    pub(crate) values: L1<O, V>,
    sealed: Option<Box<dyn SealedTable<O>>>,
    l1: L1Use,
    measure: PerValue<V>,
    places: AtomicU32,
    quota: Option<Quota>,
    late: Late,
}

/// An entry that was found.
pub(crate) struct Held<V> {
    pub(crate) value: V,
    pub(crate) span: Span,
    /// Where it was found.
    pub(crate) slot: Slot,
}

/// Entries that are out of the table; dropped where no lock is held.
pub(crate) enum Gone<O, V> {
    Values(Displaced<O, V>),
    Sealed(Parted<O>),
}

impl<O: Eq + Clone, V: Clone> Entries<O, V> {
    /// The entries of a function; `seal` makes the table of one that keeps them sealed.
    pub(crate) fn new(
        policy: &Policy,
        measure: PerValue<V>,
        whose: Whose<O>,
        seal: Option<MakeSealed<O>>,
    ) -> Self {
        // Nothing is ever put where the cache is off, so that a hit need not ask.
        let l1 = if switch::is_off() { L1Use::Off } else { policy.l1 };
        let seal = seal.filter(|_| l1 == L1Use::Encoded);
        let sealed = seal.map(|seal| seal(policy, whose));
        let (values, places) = (L1::of_values(policy, whose), AtomicU32::new(0));
        let quota = policy.tenant_max_size.map(Quota::new);
        let late = Late::new(policy);
        Self { values, sealed, l1, measure, places, quota, late }
    }

    /// The key's value, if it may be served at `now`; an entry that is of no use is removed.
    pub(crate) fn find(
        &self,
        key: &OwnedKey<O>,
        now: Tick,
        look: Look,
        opener: &Sealer<'_, V>,
    ) -> Option<Held<V>> {
        let Some(sealed) = &self.sealed else {
            let found = self.values.find(key, look)?;
            let (entry, slot) = live(found, now, |slot| drop(self.values.take(slot)))?;
            return Some(Held { value: entry.value, span: entry.span, slot });
        };
        let found = sealed.find(key, look)?;
        let (Entry { value: bytes, span, .. }, slot) =
            live(found, now, |slot| drop(sealed.take(slot)))?;
        let value = opener.open(&bytes);
        if value.is_none() {
            drop(sealed.take(slot));
        }
        Some(Held { value: value?, span, slot })
    }

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        match &self.sealed {
            Some(sealed) => sealed.contains(key),
            None => self.values.contains(key),
        }
    }

    /// An entry of the value under a key that points at so many bytes, if it can be kept.
    pub(crate) fn ready(
        &self,
        key_bytes: usize,
        value: &V,
        bytes: Option<Vec<u8>>,
        sign: Sign,
        span: Span,
        sealer: &Sealer<'_, V>,
    ) -> Result<Ready<V>, Unkept> {
        if self.l1 != L1Use::Off && !sealer.admits(key_bytes) {
            return Err(Unkept::Heavy);
        }
        // Relaxed: only its uniqueness matters, among the entries of one hash that are there at once.
        let serial = serial_of(self.places.fetch_add(1, Ordering::Relaxed));
        let made = match (&self.sealed, self.l1) {
            (_, L1Use::Off) => return Err(Unkept::Nowhere),
            (Some(table), _) => {
                let bytes = match bytes {
                    Some(bytes) => bytes,
                    None => sealer.seal(value, sign).ok_or(Unkept::Unfit)?,
                };
                let weight = table.weighed(bytes.len().saturating_add(key_bytes));
                weight.map(|weight| Made::Sealed(Entry { value: Arc::from(bytes), span, weight }))
            }
            (None, _) => {
                let weight = self.values.weighed(|| {
                    let stored =
                        || bytes.as_deref().map_or_else(|| sealer.length(value, sign), <[u8]>::len);
                    self.measure.weight(value, stored).saturating_add(key_bytes)
                });
                weight.map(|weight| Made::Value(Entry { value: value.clone(), span, weight }))
            }
        };
        let made = made.ok_or_else(|| {
            sealer.counts.too_heavy.add(1);
            Unkept::Heavy
        })?;
        Ok(Ready { serial, made })
    }

    /// Puts an entry under a key that has none.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn add(&self, key: OwnedKey<O>, ready: Ready<V>) -> Gone<O, V> {
        let Ready { serial, made } = self.late.cut(ready);
        match made {
            Made::Value(entry) => Gone::Values(self.values.add(key, serial, entry)),
            Made::Sealed(entry) => Gone::Sealed(self.sealed().add(key, serial, entry)),
        }
    }

    /// Puts an entry in place of the key's own, if any.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn put(&self, key: OwnedKey<O>, ready: Ready<V>) -> Gone<O, V> {
        let Ready { serial, made } = self.late.cut(ready);
        match made {
            Made::Value(entry) => Gone::Values(self.values.put(key, serial, entry)),
            Made::Sealed(entry) => Gone::Sealed(self.sealed().put(key, serial, entry)),
        }
    }

    /// Puts an entry in place of the one in a slot, if it still is there, in one step.
    ///
    /// It keeps the place, and so its turn among its tenant's entries. No entry is absent meanwhile:
    /// a revocation finds the old one or the new one.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn exchange(
        &self,
        key: OwnedKey<O>,
        slot: Slot,
        ready: Ready<V>,
    ) -> Exchanged<Gone<O, V>> {
        match self.late.cut(ready).made {
            Made::Value(entry) => self.values.exchange(key, slot, entry).map(Gone::Values),
            Made::Sealed(entry) => self.sealed().exchange(key, slot, entry).map(Gone::Sealed),
        }
    }

    /// Counts an entry that was put here against its tenant's share, and evicts the tenant's
    /// oldest for it; called where no lock is held.
    pub(crate) fn charge(&self, tenant: Option<&str>, slot: Slot) {
        let lives = |hash| match &self.sealed {
            Some(sealed) => sealed.has(hash),
            None => self.values.has(hash),
        };
        let share = self.quota.as_ref().map(|quota| (quota, tenant));
        for (quota, whose) in share.into_iter().chain(self.late.size().map(|all| (all, None))) {
            for slot in quota.admit(whose, slot, lives) {
                match &self.sealed {
                    Some(sealed) => drop(sealed.evict(slot)),
                    None => drop(self.values.evict(slot)),
                }
            }
        }
    }

    /// Takes out the entry of a slot, if it still is there.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn take(&self, slot: Slot) -> Option<Gone<O, V>> {
        match &self.sealed {
            Some(sealed) => sealed.take(slot).map(Gone::Sealed),
            None => self.values.take(slot).map(|old| Gone::Values(old.into())),
        }
    }

    /// # Panics
    ///
    /// Where entries are not sealed; nothing sealed is made ready there.
    fn sealed(&self) -> &dyn SealedTable<O> {
        self.sealed.as_deref().expect("only an encoded L1 makes sealed entries")
    }

    /// Takes out the key's entry.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove(&self, key: &OwnedKey<O>) -> Option<Gone<O, V>> {
        match &self.sealed {
            Some(sealed) => sealed.remove(key).map(Gone::Sealed),
            None => self.values.remove(key).map(|old| Gone::Values(old.into())),
        }
    }

    pub(crate) fn clear(&self) {
        for quota in self.quota.iter().chain(self.late.size()) {
            quota.clear();
        }
        match &self.sealed {
            Some(sealed) => sealed.clear(),
            None => self.values.clear(),
        }
    }

    pub(crate) fn clear_tenant(&self, tenant: &str)
    where
        O: Owner,
    {
        match &self.sealed {
            Some(sealed) => sealed.clear_tenant(tenant),
            None => self.values.clear_tenant(tenant),
        }
    }

    /// Entries that may still be served.
    pub(crate) fn count(&self, now: Tick) -> usize {
        self.sealed.as_ref().map_or_else(|| self.values.count(now), |sealed| sealed.count(now))
    }

    /// Bytes of the tables, and of what is sealed or weighed in them.
    pub(crate) fn bytes(&self) -> usize {
        self.values.bytes() + self.sealed.as_ref().map_or(0, |sealed| sealed.bytes())
    }

    pub(crate) fn evictions(&self) -> u64 {
        self.values.evictions() + self.sealed.as_ref().map_or(0, |sealed| sealed.evictions())
    }

    #[cfg(feature = "testing")]
    pub(crate) fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>)) {
        if let Some(sealed) = &self.sealed {
            sealed.corrupt(change);
        }
    }
}

/// An entry that was found, if it may be served at `now`; one past its life is removed.
fn live<V>(
    (entry, slot): (Entry<V>, Slot),
    now: Tick,
    remove: impl FnOnce(Slot),
) -> Option<(Entry<V>, Slot)> {
    if entry.serves(now) {
        return Some((entry, slot));
    }
    remove(slot);
    None
}

impl<O, V> fmt::Debug for Entries<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").finish_non_exhaustive()
    }
}

//! Own: a function's entries in this process, as values or as sealed bytes, whichever it asks for.

mod ready;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Tick;
use crate::codec::{Expected, Stamp, Unfit, Wire};
use crate::entry::{Entry, Span};
use crate::key::OwnedKey;
use crate::l1::{Displaced, Finds, L1};
use crate::measure::Measure;
use crate::policy::{L1Use, Policy};
use crate::quota::{Quota, Slot};
use crate::read;
use crate::scope::Scope;
use crate::shape::Sign;
use crate::stats::Counts;
use crate::tenant::Owner;

pub(crate) use ready::{Ready, Unkept};

/// A function's entries in this process.
pub(crate) struct Own<O, V> {
    /// Read directly by the hit path; empty where entries are sealed.
    pub(crate) values: L1<O, V>,
    sealed: Option<L1<O, Arc<[u8]>>>,
    l1: L1Use,
    measure: Measure<V>,
    serials: AtomicU64,
    quota: Option<Quota>,
}

/// An entry that was found.
pub(crate) struct Held<V> {
    pub(crate) value: V,
    pub(crate) span: Span,
    pub(crate) serial: u64,
}

/// Entries that are out of the table; dropped where no lock is held.
pub(crate) enum Gone<O, V> {
    Values(Displaced<O, V>),
    Sealed(Displaced<O, Arc<[u8]>>),
}

/// How sealed entries are opened and sealed, and where what is no value is counted.
pub(crate) struct Sealer<'a, V> {
    pub(crate) wire: Option<&'a dyn Wire<V>>,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) counts: &'a Counts,
}

/// Whether a look makes an entry hotter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Use,
    Peek,
}

impl<O: Eq + Clone, V: Clone> Own<O, V> {
    pub(crate) fn new(policy: &Policy, measure: Measure<V>) -> Self {
        let sealed = (policy.l1 == L1Use::Encoded).then(|| L1::new(policy));
        let (values, serials) = (L1::new(policy), AtomicU64::new(0));
        let quota = policy.tenant_max_size.map(Quota::new);
        Self { values, sealed, l1: policy.l1, measure, serials, quota }
    }

    /// The key's value, if it may be served at `now`; an entry that is of no use is removed.
    pub(crate) fn find<Q: Finds<O>>(
        &self,
        key: &Q,
        now: Tick,
        look: Look,
        opener: &Sealer<'_, V>,
    ) -> Option<Held<V>> {
        let Some(sealed) = &self.sealed else {
            let entry = live(&self.values, key, now, look)?;
            return Some(Held { value: entry.value, span: entry.span, serial: entry.serial });
        };
        let Entry { value: bytes, span, serial, .. } = live(sealed, key, now, look)?;
        let value = opener.open(&bytes);
        if value.is_none() {
            drop(sealed.take(key, serial));
        }
        Some(Held { value: value?, span, serial })
    }

    /// Whether the key has an entry, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        match &self.sealed {
            Some(sealed) => sealed.contains(key),
            None => self.values.contains(key),
        }
    }

    /// An entry of the value, if it can be kept.
    pub(crate) fn ready(
        &self,
        value: &V,
        bytes: Option<Vec<u8>>,
        sign: Sign,
        span: Span,
        sealer: &Sealer<'_, V>,
    ) -> Result<Ready<V>, Unkept> {
        // Relaxed: only its uniqueness matters.
        let serial = self.serials.fetch_add(1, Ordering::Relaxed);
        let ready = match (&self.sealed, self.l1) {
            (_, L1Use::Off) => return Err(Unkept::Nowhere),
            (Some(table), _) => {
                let bytes = match bytes {
                    Some(bytes) => bytes,
                    None => sealer.seal(value, sign).ok_or(Unkept::Unfit)?,
                };
                let weight = table.weighed(|| bytes.len());
                weight.map(|weight| {
                    Ready::Sealed(Entry { value: Arc::from(bytes), span, serial, weight })
                })
            }
            (None, _) => {
                let weight = self.values.weighed(|| {
                    let stored =
                        || bytes.as_deref().map_or_else(|| sealer.length(value, sign), <[u8]>::len);
                    self.measure.weight(value, stored)
                });
                weight.map(|weight| {
                    Ready::Value(Entry { value: value.clone(), span, serial, weight })
                })
            }
        };
        ready.ok_or_else(|| {
            sealer.counts.too_heavy.add(1);
            Unkept::Heavy
        })
    }

    /// Puts an entry under a key that has none.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn add(&self, key: OwnedKey<O>, ready: Ready<V>) -> Gone<O, V> {
        match ready {
            Ready::Value(entry) => Gone::Values(self.values.add(key, entry)),
            Ready::Sealed(entry) => Gone::Sealed(self.sealed().add(key, entry)),
        }
    }

    /// Puts an entry in place of the key's own, if any.
    #[must_use = "what is displaced drops where no lock is held"]
    pub(crate) fn put(&self, key: OwnedKey<O>, ready: Ready<V>) -> Gone<O, V> {
        match ready {
            Ready::Value(entry) => Gone::Values(self.values.put(key, entry)),
            Ready::Sealed(entry) => Gone::Sealed(self.sealed().put(key, entry)),
        }
    }

    /// Counts an entry that was put here against its tenant's share, and evicts the tenant's
    /// oldest for it; called where no lock is held.
    pub(crate) fn charge(&self, tenant: Option<&str>, slot: Slot) {
        let Some(quota) = &self.quota else { return };
        let lives = |hash| match &self.sealed {
            Some(sealed) => sealed.has(hash),
            None => self.values.has(hash),
        };
        for slot in quota.admit(tenant, slot, lives) {
            match &self.sealed {
                Some(sealed) => drop(sealed.evict(slot)),
                None => drop(self.values.evict(slot)),
            }
        }
    }

    /// Takes out the key's entry if it still is the one with this serial.
    pub(crate) fn take<Q: Finds<O>>(&self, key: &Q, serial: u64) -> Option<Gone<O, V>> {
        match &self.sealed {
            Some(sealed) => sealed.take(key, serial).map(|old| Gone::Sealed(old.into())),
            None => self.values.take(key, serial).map(|old| Gone::Values(old.into())),
        }
    }

    /// # Panics
    ///
    /// Where entries are not sealed; nothing sealed is made ready there.
    fn sealed(&self) -> &L1<O, Arc<[u8]>> {
        self.sealed.as_ref().expect("only an encoded L1 makes sealed entries")
    }

    /// Takes out the key's entry.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove<Q: Finds<O>>(&self, key: &Q) -> Option<Gone<O, V>> {
        match &self.sealed {
            Some(sealed) => sealed.remove(key).map(|old| Gone::Sealed(old.into())),
            None => self.values.remove(key).map(|old| Gone::Values(old.into())),
        }
    }

    pub(crate) fn clear(&self) {
        if let Some(quota) = &self.quota {
            quota.clear();
        }
        self.values.clear();
        if let Some(sealed) = &self.sealed {
            sealed.clear();
        }
    }

    pub(crate) fn clear_tenant(&self, tenant: &str)
    where
        O: Owner,
    {
        self.values.clear_tenant(tenant);
        if let Some(sealed) = &self.sealed {
            sealed.clear_tenant(tenant);
        }
    }

    /// Entries that may still be served.
    pub(crate) fn count(&self, now: Tick) -> usize {
        self.values.count(now) + self.sealed.as_ref().map_or(0, |sealed| sealed.count(now))
    }

    /// Bytes of the tables, and of what is sealed or weighed in them.
    pub(crate) fn bytes(&self) -> usize {
        let sealed = self.sealed.as_ref().map_or(0, |sealed| sealed.bytes() + sealed.payload());
        self.values.bytes() + self.values.pointed() + sealed
    }

    pub(crate) fn evictions(&self) -> u64 {
        self.values.evictions() + self.sealed.as_ref().map_or(0, L1::evictions)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>)) {
        if let Some(sealed) = &self.sealed {
            sealed.corrupt(change);
        }
    }
}

/// The key's entry, if it may be served at `now`; one past its life is removed.
fn live<O: Eq + Clone, V: Clone, Q: Finds<O>>(
    l1: &L1<O, V>,
    key: &Q,
    now: Tick,
    look: Look,
) -> Option<Entry<V>> {
    let entry = match look {
        Look::Use => l1.get(key),
        Look::Peek => l1.peek(key),
    }?;
    if entry.serves(now) {
        return Some(entry);
    }
    drop(l1.take(key, entry.serial));
    None
}

impl<V> Sealer<'_, V> {
    /// The bytes that a value has when it is stored; none where it never is.
    fn length(&self, value: &V, sign: Sign) -> usize {
        self.seal(value, sign).map_or(0, |bytes| bytes.len())
    }

    fn open(&self, bytes: &[u8]) -> Option<V> {
        let expected = Expected::of_own(self.scope.digest(), self.scope.guard());
        let live = read::open(self.wire?, bytes, &expected, self.scope, self.counts)?;
        Some(live.value)
    }

    /// Seals a value for this process alone, which keeps its life itself.
    fn seal(&self, value: &V, sign: Sign) -> Option<Vec<u8>> {
        if self.scope.is_unguarded() {
            // Its keys are missing, which has been told; it is never kept without them.
            return None;
        }
        let stamp = Stamp {
            digest: self.scope.digest(),
            created: 0,
            expires: u64::MAX,
            sign,
            compress: self.scope.policy.compress,
            max_bytes: usize::MAX,
            guard: self.scope.guard(),
        };
        match self.wire?.encode(value, &stamp) {
            Ok(bytes) => Some(bytes),
            Err(Unfit::TooLarge { .. } | Unfit::Codec(_) | Unfit::Random) => {
                self.counts.unfit.add(1);
                None
            }
        }
    }
}

impl<O, V> fmt::Debug for Own<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Own").finish_non_exhaustive()
    }
}

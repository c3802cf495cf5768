//! Tiers: everything one call may touch, borrowed from the function's store and its runtime.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;
use crate::codec::Wire;
use crate::digest::Digest;
use crate::error::{At, Error, Kind, Operation};
use crate::flight::Flights;
use crate::frame;
use crate::key::{KeyPart, Lookup, OwnedKey};
use crate::l1::L1;
use crate::l2::gate::Gate;
use crate::l2::{Fault, Place};
use crate::policy::{L1Use, Policy};
use crate::stats::Counts;

/// What one instantiation of a function keeps in this process.
pub(crate) struct Tiers<O, V> {
    pub(crate) l1: L1<O, V>,
    /// Stands in for `l1` where the function asks for encoded entries.
    pub(crate) sealed: Option<L1<O, Arc<[u8]>>>,
    pub(crate) flights: Flights<OwnedKey<O>, V>,
    pub(crate) counts: Counts,
    pub(crate) wire: Option<Box<dyn Wire<V>>>,
    serials: AtomicU64,
}

impl<O: Eq + Clone, V: Clone> Tiers<O, V> {
    pub(crate) fn new(policy: &Policy, wire: Option<Box<dyn Wire<V>>>) -> Self {
        let sealed = (policy.l1 == L1Use::Encoded).then(|| L1::new(policy.max_size));
        Self {
            l1: L1::new(policy.max_size),
            sealed,
            flights: Flights::new(),
            counts: Counts::new(),
            wire,
            serials: AtomicU64::new(0),
        }
    }

    /// Whether L1 has an entry of the key, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>) -> bool {
        match &self.sealed {
            Some(sealed) => sealed.contains(key),
            None => self.l1.contains(key),
        }
    }

    /// A number that no other entry of this store has. Relaxed: only its uniqueness matters.
    pub(crate) fn serial(&self) -> u64 {
        self.serials.fetch_add(1, Ordering::Relaxed)
    }

    /// Detaches a key's flight and removes its entry: what began before is kept nowhere here.
    pub(crate) fn revoke<K: KeyPart<Owned = O>>(&self, key: &Lookup<'_, K>) {
        self.flights.detach(key.hash_value(), |other| key.names(other));
        self.l1.remove(key);
        if let Some(sealed) = &self.sealed {
            sealed.remove(key);
        }
    }
}

impl<O, V> fmt::Debug for Tiers<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiers").finish_non_exhaustive()
    }
}

/// The shared tier, as one call sees it.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    pub(crate) gate: Arc<Gate>,
    pub(crate) place: Arc<Place>,
    pub(crate) max_bytes: usize,
}

/// What one call is of.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) clock: Clock,
    /// The digest of the key, for functions whose values are stored as bytes.
    pub(crate) digest: Option<Digest>,
    pub(crate) at: At,
}

impl Scope<'_> {
    /// The digest of the key.
    ///
    /// # Panics
    ///
    /// In a function that stores no bytes; it has no digest and asks for none.
    pub(crate) fn digest(&self) -> &Digest {
        self.digest.as_ref().expect("a function that stores bytes has digests")
    }

    /// The error of a refused call or operation.
    ///
    /// The bodies around it are marked: what they make of the refusal is not cached.
    pub(crate) fn refuse(&self, kind: Kind, operation: Operation) -> Error {
        frame::mark_refusal();
        Error::new(kind, operation, self.at.clone())
    }

    /// As [`Scope::refuse`], for a reason that has its own words.
    pub(crate) fn refuse_because(
        &self,
        kind: Kind,
        operation: Operation,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        frame::mark_refusal();
        Error::because(kind, operation, self.at.clone(), cause)
    }

    /// As [`Scope::refuse`], for an operation that the tier did not serve.
    pub(crate) fn fault(&self, operation: Operation, fault: Fault) -> Error {
        self.refuse_because(fault.meaning(), operation, fault)
    }
}

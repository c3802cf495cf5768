//! Store: what one instantiation of a function keeps in this process, and what may be done to it without its types.

use std::any::{Any, type_name};
use std::fmt;
use std::marker::PhantomData;

use crate::clock::Clock;
use crate::codec::Wire;
use crate::drive::Facts;
use crate::key::Stored;
use crate::policy::Policy;
use crate::shape::Shape;
use crate::stats::Counts;
use crate::tenant::Owner;
use crate::tiers::Tiers;

/// What one instantiation of a function keeps, and knows of its types.
///
/// `G` holds the function's own type and const parameters, so that two instantiations never share
/// entries although their keys and values may have the same types.
pub(crate) struct Store<O, S: Shape, G: ?Sized> {
    pub(crate) tiers: Tiers<O, S::Value>,
    pub(crate) facts: Facts<S>,
    pub(crate) clock: Clock,
    /// Whether entries end; where they do not, a hit need not read the clock.
    pub(crate) ages: bool,
    generics: PhantomData<fn(&G)>,
}

/// What generated code knows of a function's types, asked once an instantiation.
pub struct Types<S: Shape> {
    pub(crate) facts: Facts<S>,
    pub(crate) wire: Option<Box<dyn Wire<S::Value>>>,
}

/// What may be done to a store without knowing its types.
pub(crate) trait Erased: Any + Send + Sync {
    /// Detaches every flight and removes every entry.
    fn revoke_all(&self);
    /// Detaches a tenant's flights and removes its entries.
    fn revoke_tenant(&self, tenant: &str);
    /// Unexpired entries in L1.
    fn entries(&self) -> usize;
    /// Bytes of L1's tables and entries.
    fn bytes(&self) -> usize;
    fn evictions(&self) -> u64;
    fn counts(&self) -> &Counts;
    fn generics(&self) -> &'static str;
    /// The codec's name, where values are stored as bytes.
    #[cfg(feature = "metrics")]
    fn codec(&self) -> Option<&'static str>;
    #[cfg(feature = "testing")]
    fn flights(&self) -> usize;
    #[cfg(feature = "testing")]
    fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>));
}

impl<S: Shape> Types<S> {
    /// The types of a function whose values never leave the process as bytes.
    pub fn local(facts: Facts<S>) -> Self {
        Self { facts, wire: None }
    }
}

impl<O: Stored, S: Shape, G: ?Sized> Store<O, S, G> {
    pub(crate) fn new(policy: &Policy, clock: Clock, types: Types<S>) -> Self {
        let tiers = Tiers::new(policy, types.wire);
        let ages = policy.ttl.is_some() || policy.negative_ttl.is_some();
        Self { tiers, facts: types.facts, clock, ages, generics: PhantomData }
    }
}

impl<O: Stored + Owner, S: Shape, G: ?Sized + 'static> Erased for Store<O, S, G> {
    fn revoke_all(&self) {
        self.tiers.flights.detach_all(|_| true);
        self.tiers.l1.clear();
        if let Some(sealed) = &self.tiers.sealed {
            sealed.clear();
        }
    }

    fn revoke_tenant(&self, tenant: &str) {
        self.tiers.flights.detach_all(|key| key.is(tenant));
        self.tiers.l1.clear_tenant(tenant);
        if let Some(sealed) = &self.tiers.sealed {
            sealed.clear_tenant(tenant);
        }
    }

    fn entries(&self) -> usize {
        let now = self.clock.tick();
        let sealed = self.tiers.sealed.as_ref().map_or(0, |sealed| sealed.count(now));
        self.tiers.l1.count(now) + sealed
    }

    fn bytes(&self) -> usize {
        self.tiers.l1.bytes() + self.tiers.sealed.as_ref().map_or(0, |sealed| sealed.bytes())
    }

    fn evictions(&self) -> u64 {
        let sealed = self.tiers.sealed.as_ref().map_or(0, |sealed| sealed.evictions());
        self.tiers.l1.evictions() + sealed
    }

    fn counts(&self) -> &Counts {
        &self.tiers.counts
    }

    fn generics(&self) -> &'static str {
        type_name::<G>()
    }

    #[cfg(feature = "metrics")]
    fn codec(&self) -> Option<&'static str> {
        self.tiers.wire.as_ref().map(|wire| wire.codec())
    }

    #[cfg(feature = "testing")]
    fn flights(&self) -> usize {
        self.tiers.flights.len()
    }

    #[cfg(feature = "testing")]
    fn corrupt(&self, change: &dyn Fn(&mut Vec<u8>)) {
        if let Some(sealed) = &self.tiers.sealed {
            sealed.corrupt(change);
        }
    }
}

impl<S: Shape> fmt::Debug for Types<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Types").finish_non_exhaustive()
    }
}

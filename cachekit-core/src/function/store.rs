//! Store: what one instantiation of a function keeps in this process, and what may be done to it without its types.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::call::drive::Facts;
use crate::call::fills::Fills;
use crate::call::instance::Instance;
use crate::codec::WireFormat;
use crate::key::tenant::Owner;
use crate::key::{OwnedKey, Seed, Stored};
use crate::l1::entries::{Entries, KeyLimit};
use crate::l1::table::MakeSealed;
use crate::l2::outage::Outage;
use crate::observe::stats::Counts;
use crate::policy::Policy;
use crate::runtime::registered::Erased;
use crate::time::clock::Clock;
use crate::value::returns::Shape;

/// What one instantiation of a function keeps, and knows of its types.
///
/// `G` holds the function's own type and const parameters, so that two instantiations never share
/// entries although their keys and values may have the same types.
pub(crate) struct Store<O, S: Shape, G: ?Sized> {
    pub(crate) tiers: Instance<O, S::Value>,
    pub(crate) facts: Facts<S>,
    pub(crate) seed: Seed,
    /// Whether entries end; where they do not, a hit need not read the clock. Relaxed: an entry that
    /// ends is put after this is set, and a hit that had read it before is as old as its reading.
    pub(crate) ages: AtomicBool,
    generics: PhantomData<fn(&G)>,
}

/// What generated code knows of a function's types, asked once an instantiation.
pub struct Types<S: Shape> {
    pub(crate) facts: Facts<S>,
    pub(crate) wire: Option<Box<dyn WireFormat<S::Value>>>,
}

impl<S: Shape> Types<S> {
    /// The types of a function whose values never leave the process as bytes.
    pub fn local(facts: Facts<S>) -> Self {
        Self { facts, wire: None }
    }

    /// The same: a function that asks for bytes has been refused by name already.
    #[cfg(not(feature = "l2"))]
    pub fn wired(facts: Facts<S>, (): ()) -> Self {
        Self::local(facts)
    }
}

impl<O: Stored + Owner, S: Shape, G: ?Sized> Store<O, S, G> {
    pub(crate) fn new(
        policy: &Policy,
        clock: Clock,
        limit: KeyLimit,
        fills: Fills,
        types: Types<S>,
        seal: Option<MakeSealed<O>>,
    ) -> Self {
        let (wire, measure) = (types.wire, types.facts.measure);
        let tiers =
            Instance::new(policy, wire, measure, (OwnedKey::label, seal), (clock, limit, fills));
        let (seed, facts) = (Seed::default(), types.facts);
        let ages = AtomicBool::new(ages(policy, &facts));
        Self { tiers, facts, seed, ages, generics: PhantomData }
    }
}

/// Whether a function's entries end.
fn ages<S: Shape>(policy: &Policy, facts: &Facts<S>) -> bool {
    policy.ttl.is_some() || policy.negative_ttl.is_some() || facts.measure.ttl_of.is_some()
}

impl<O: Stored + Owner, S: Shape, G: ?Sized + 'static> Erased for Store<O, S, G> {
    fn revoke_all(&self) {
        self.tiers.revoke_many(|_| true, Entries::clear);
    }

    fn abide(&self, policy: &Policy) {
        if ages(policy, &self.facts) {
            self.ages.store(true, Ordering::Relaxed);
        }
        self.tiers.abide(policy);
    }

    fn revoke_tenant(&self, tenant: &str) {
        self.tiers.revoke_many(|key| key.is(tenant), |own| own.clear_tenant(tenant));
    }

    fn entries(&self, outage: Option<Outage>) -> usize {
        let now = self.tiers.clock.tick();
        let fallback = self.tiers.fallback.of(outage).map_or(0, |own| own.count(now));
        self.tiers.own.count(now) + fallback
    }

    fn bytes(&self) -> usize {
        self.tiers.own.bytes() + self.tiers.fallback.any().map_or(0, Entries::bytes)
    }

    fn evictions(&self) -> u64 {
        self.tiers.own.evictions() + self.tiers.fallback.any().map_or(0, Entries::evictions)
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
        self.tiers.own.corrupt(change);
    }
}

impl<S: Shape> fmt::Debug for Types<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Types").finish_non_exhaustive()
    }
}

//! One instantiation of a function in this process: everything that its calls may touch.

use std::fmt;

use crate::call::context::Context;
use crate::call::fills::Fills;
use crate::codec::WireFormat;
use crate::flight::Flights;
use crate::key::OwnedKey;
use crate::l1::entries::{Entries, Gone, KeyLimit, Sealer};
use crate::l1::fallback::Fallback;
use crate::l1::per_value::PerValue;
use crate::l1::table::{MakeSealed, Whose};
use crate::l2::outage::Outage;
use crate::observe::stats::Counts;
use crate::policy::Policy;
use crate::time::clock::Clock;

/// A key's entries, out of their tables.
pub(crate) type Removed<O, V> = (Option<Gone<O, V>>, Option<Gone<O, V>>);

/// What one instantiation of a function keeps in this process.
pub(crate) struct Instance<O, V> {
    pub(crate) own: Entries<O, V>,
    pub(crate) fallback: Fallback<O, V>,
    pub(crate) flights: Flights<OwnedKey<O>, V>,
    pub(crate) counts: Counts,
    pub(crate) wire: Option<Box<dyn WireFormat<V>>>,
    pub(crate) measure: PerValue<V>,
    pub(crate) clock: Clock,
    pub(crate) fills: Fills,
    limit: KeyLimit,
}

impl<O: Eq + Clone, V: Clone> Instance<O, V> {
    pub(crate) fn new(
        policy: &Policy,
        wire: Option<Box<dyn WireFormat<V>>>,
        measure: PerValue<V>,
        (whose, seal): (Whose<O>, Option<MakeSealed<O>>),
        (clock, limit, fills): (Clock, KeyLimit, Fills),
    ) -> Self {
        Self {
            own: Entries::new(policy, measure, whose, seal),
            fallback: Fallback::new(whose, seal),
            flights: Flights::new(),
            counts: Counts::new(),
            wire,
            measure,
            clock,
            fills,
            limit,
        }
    }

    /// Detaches a key's flight and removes its entries: what began before is kept nowhere here.
    ///
    /// One step under the flights' lock, so that whoever has taken the entry out to put another does
    /// not do so after this.
    pub(crate) fn revoke(&self, key: &OwnedKey<O>) {
        drop(self.flights.change(key.hash_value(), |other| key == other, || self.remove(key)));
    }

    /// Takes out the key's entries; where a lock is held, what is returned drops outside it.
    #[must_use = "what is removed drops where no lock is held"]
    pub(crate) fn remove(&self, key: &OwnedKey<O>) -> Removed<O, V> {
        let fallback = self.fallback.any().and_then(|fallback| fallback.remove(key));
        (self.own.remove(key), fallback)
    }

    /// Detaches the chosen flights, then removes entries: all, or one tenant's.
    pub(crate) fn revoke_many(
        &self,
        chosen: impl Fn(&OwnedKey<O>) -> bool,
        remove: impl Fn(&Entries<O, V>),
    ) {
        self.flights.detach_all(chosen);
        remove(&self.own);
        self.fallback.any().into_iter().for_each(remove);
    }

    /// Keeps to a policy that came after it was made; see [`Entries::abide`].
    pub(crate) fn abide(&self, policy: &Policy) {
        self.own.abide(policy, &self.clock);
        self.fallback.any().into_iter().for_each(|own| own.abide(policy, &self.clock));
    }

    /// Whether there is an entry of the key that may be served in `outage`, whatever its span.
    pub(crate) fn contains(&self, key: &OwnedKey<O>, outage: Option<Outage>) -> bool {
        self.own.contains(key)
            || self.fallback.current(outage).is_some_and(|fallback| fallback.contains(key))
    }

    pub(crate) fn sealer<'a>(&'a self, scope: &'a Context) -> Sealer<'a, V> {
        Sealer {
            function: scope.function(),
            policy: &scope.policy,
            clock: &self.clock,
            digest: scope.digest.as_ref(),
            guard: scope.guard(),
            wire: self.wire.as_deref(),
            counts: &self.counts,
            limit: &self.limit,
        }
    }
}

impl<O, V> fmt::Debug for Instance<O, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").finish_non_exhaustive()
    }
}

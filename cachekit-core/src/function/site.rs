//! Site: one cached function, known at compile time; its stores, made at first use.

mod stores;

use std::fmt;
#[cfg(any(feature = "l2", feature = "metrics"))]
use std::sync::Arc;
use std::sync::Once;

use crate::error::Error;
use crate::function::binding::Binding;
use crate::function::companion;
use crate::function::limits::Limits;
use crate::function::store::{Store, Types};
use crate::key::Stored;
use crate::key::tenant::Owner;
use crate::l1::table::MakeSealed;
use crate::observe::stats::{Counts, Stats};
use crate::policy::{Limit, Policy};
#[cfg(feature = "l2")]
use crate::runtime::Bound;
use crate::runtime::registered::{Clearing, Erased, Registered, Spec};
use crate::value::returns::Shape;
use crate::world::PerWorld;

use stores::Stores;

/// What statistics call the backend while this node answers for it; operators of kin caches graph
/// this text.
const FALLBACK: &str = "local_degraded";

/// One cached function.
pub struct Site {
    spec: Spec,
    part: PerWorld<Part>,
}

/// What a function has in one world.
struct Part {
    stores: Stores,
    registered: Once,
    limits: Limits,
    binding: Binding,
}

impl Part {
    const fn new() -> Self {
        Self {
            stores: Stores::new(),
            registered: Once::new(),
            limits: Limits::new(),
            binding: Binding::new(),
        }
    }
}

impl Site {
    /// A function that has not been called yet.
    pub const fn new(spec: Spec) -> Self {
        Self { spec, part: PerWorld::new(Part::new(), Part::new) }
    }

    /// What the attribute says, within what the deployment allows.
    pub(crate) fn policy(&'static self) -> Policy {
        self.spec.policy.within(self.part.here().limits.now())
    }

    pub(crate) fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The store of these types, found by their hash.
    #[inline]
    pub(crate) fn store<O, S, G>(
        &'static self,
        types: fn() -> Types<S>,
        seal: fn() -> Option<MakeSealed<O>>,
    ) -> &'static Store<O, S, G>
    where
        O: Stored + Owner,
        S: Shape,
        G: ?Sized + 'static,
    {
        if let Some(store) = self.part.here().stores.first() {
            return store;
        }
        self.find(types, seal)
    }

    #[inline(never)]
    fn find<O, S, G>(
        &'static self,
        types: fn() -> Types<S>,
        seal: fn() -> Option<MakeSealed<O>>,
    ) -> &'static Store<O, S, G>
    where
        O: Stored + Owner,
        S: Shape,
        G: ?Sized + 'static,
    {
        self.register();
        let part = self.part.here();
        if let Some(store) = part.stores.get() {
            return store;
        }
        let clock = crate::runtime::clock(&self.spec);
        let limit = crate::runtime::key_limit(&self.spec);
        let fills = crate::runtime::fills(&self.spec);
        crate::runtime::switched::tell_alone(&self.spec);
        let _deciding = part.limits.deciding();
        part.stores.find(|| Store::new(&self.policy(), clock, limit, fills, types(), seal()))
    }

    pub(crate) fn stores(&'static self) -> impl Iterator<Item = &'static dyn Erased> {
        self.part.here().stores.iter()
    }

    /// Lists the function with its runtime, once.
    pub(crate) fn register(&'static self) {
        let part = self.part.here();
        part.registered.call_once(|| {
            crate::runtime::register(self);
            if let Some(limit) = crate::runtime::limit(self) {
                part.limits.set(limit);
            }
        });
    }

    /// What the function can reach of L2, and under which names.
    #[cfg(feature = "l2")]
    pub(crate) fn bound(&'static self) -> Arc<Bound> {
        let (bound, is_new) = self.part.here().binding.bound(|| crate::runtime::bind(self));
        if is_new {
            // Under no lock: a listener may ask about this very function.
            bound.announce(&self.spec);
        }
        bound
    }

    /// Two instantiations whose types read alike would share entries in L2.
    pub(crate) fn ambiguous(&'static self, mine: &str) -> Option<Error> {
        let alike = self.stores().filter(|store| store.generics() == mine).count();
        (alike > 1).then(|| {
            Error::config(format!(
                "`{}` is instantiated with two types that are both called {mine}; \
                 tell them apart in `key = ..`",
                self.spec.identity
            ))
        })
    }

    pub(crate) fn stats(&'static self) -> Stats {
        let sum = |of: fn(&Counts) -> u64| self.stores().map(|s| of(s.counts())).sum::<u64>();
        let (l1, l2) = (sum(|c| c.l1.get()), sum(|c| c.l2.get()));
        let fallback = sum(|c| c.fallback.get());
        let (computed, coalesced) = (sum(|c| c.computed.get()), sum(|c| c.coalesced.get()));
        let errors = sum(|c| c.errors.get());
        let (hits, misses) = (l1 + l2 + fallback, computed + coalesced);
        let calls = hits + misses + errors;
        let (backend, outage) = self.part.here().binding.now();
        let degraded = self.spec.policy.falls_back() && outage.is_some();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no last bits")]
        let hit_rate = if calls == 0 { 0.0 } else { hits as f64 / calls as f64 };
        Stats {
            calls,
            hits,
            l1,
            l2,
            fallback,
            misses,
            computed,
            coalesced,
            warmed: sum(|c| c.warmed.get()),
            errors,
            rejected: sum(|c| c.rejected.total()),
            evictions: self.stores().map(Erased::evictions).sum(),
            entries: self.stores().map(|store| store.entries(outage)).sum(),
            bytes: self.stores().map(Erased::bytes).sum(),
            mode: self.spec.policy.mode,
            backend: if degraded { Some(FALLBACK) } else { backend },
            degraded,
            hit_rate,
        }
    }

    /// Whether the function's tier is away, as far as its calls have learnt.
    pub(crate) fn is_away(&'static self) -> bool {
        self.spec.is_remote() && self.part.here().binding.now().1.is_some()
    }
}

impl Registered for Site {
    fn spec(&'static self) -> &'static Spec {
        &self.spec
    }

    fn stats(&'static self) -> Stats {
        self.stats()
    }

    #[cfg(any(feature = "disk", feature = "metrics"))]
    fn stores(&'static self) -> Box<dyn Iterator<Item = &'static dyn Erased>> {
        Box::new(self.part.here().stores.iter())
    }

    #[cfg(feature = "metrics")]
    fn namespace(&'static self) -> Arc<str> {
        let stated = || Arc::from(self.spec.namespace.unwrap_or("default"));
        self.part.here().binding.namespace().unwrap_or_else(stated)
    }

    #[cfg(feature = "metrics")]
    fn is_settled(&'static self) -> bool {
        self.part.here().binding.namespace().is_some() || !self.spec.is_remote()
    }

    fn invalidate_all(&'static self) -> Clearing {
        Box::pin(companion::clear(self, None))
    }

    fn limit(&'static self, limit: Limit) {
        let part = self.part.here();
        part.limits.set(limit);
        let policy = self.policy();
        part.stores.iter().for_each(|store| store.abide(&policy));
    }

    fn forget(&'static self) {
        self.part.here().stores.iter().for_each(Erased::revoke_all);
    }

    #[cfg(feature = "testing")]
    fn unbind(&'static self) {
        let part = self.part.here();
        part.binding.forget();
        self.limit(Limit::NONE);
        self.forget();
        part.stores.iter().for_each(|store| store.counts().reset());
    }

    #[cfg(feature = "testing")]
    fn end_world(&'static self) {
        self.unbind();
        self.part.end();
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("spec", &self.spec).finish_non_exhaustive()
    }
}

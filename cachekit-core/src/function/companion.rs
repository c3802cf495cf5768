//! The operations of a function's companion, each once, as async.

use std::any::type_name;
use std::sync::Arc;

use crate::call::change::Edit;
use crate::call::context::Context;
use crate::call::invalidate::{Invalidated, Invalidation};
use crate::call::peek;
use crate::error::{Error, Operation};
#[cfg(feature = "l2")]
use crate::function::handle::Wired;
use crate::function::handle::{Handle, Tier};
use crate::function::reach;
use crate::function::site::{Function, Site};
use crate::function::store::Store;
#[cfg(feature = "l2")]
use crate::key::digest::Digest;
use crate::key::tenant::{Keyed, Tenant};
use crate::key::{KeyPart, Lookup};
use crate::l2::access::{Access, Reach};
use crate::l2::owed::Subject;
use crate::runtime::registered::Erased;
use crate::time::park::park_on;
use crate::value::returns::Shape;

/// Waits for an operation on the current thread, for the companions of sync functions.
pub fn wait<F: Future>(operation: F) -> F::Output {
    park_on(operation)
}

/// One key of a function, with what its operations need.
struct Entry<'a, K: KeyPart, S: Shape, G: ?Sized + 'static> {
    site: &'static Site,
    store: &'static Store<K::Owned, S, G>,
    key: Lookup<'a, K>,
    scope: Context<'static>,
    reach: Reach,
}

impl<'a, K, S, G> Entry<'a, K, S, G>
where
    K: Keyed,
    S: Shape,
    G: ?Sized + 'static,
{
    fn new<T: Tier<K>>(handle: &Handle<S, T, G>, parts: &'a K) -> Self {
        let (site, store) = (handle.site, handle.store());
        let digest = T::digest(site, type_name::<G>(), parts).map(|asked| asked.0);
        let tenant = parts.name().map(Arc::from);
        let Access { reach, digest, guard } = reach::reach(site, store, digest, tenant.as_deref());
        let scope = Context { policy: site.policy(), digest, guard, at: site.spec().at(tenant) };
        let key = Lookup::new(&store.seed, parts);
        Self { site, store, key, scope, reach }
    }

    fn edit(&self) -> Edit<'_, K::Owned, K, S::Value> {
        Edit {
            tiers: &self.store.tiers,
            scope: &self.scope,
            reach: &self.reach,
            key: &self.key,
            names: reach::names(self.site),
            sign: S::sign,
        }
    }
}

/// Looks for a value without running the body.
pub async fn peek<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
) -> Result<Option<S::Value>, Error> {
    let entry = Entry::new(handle, parts);
    peek::peek(&entry.store.tiers, &entry.scope, &entry.reach, &entry.key).await
}

/// Invalidates one entry.
pub async fn invalidate<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
) -> Result<Invalidated, Error> {
    let entry = Entry::new(handle, parts);
    let names = reach::names(entry.site);
    let tier = entry.reach.gate();
    let invalidation = Invalidation {
        scope: &entry.scope,
        tier: tier.map(|gate| gate.zip(names.as_deref())),
        counts: Some(&entry.store.tiers.counts),
        revoke: || entry.store.tiers.revoke(&entry.key),
    };
    let subject = |_: &_| match &entry.reach {
        Reach::Remote(remote) => Subject::Key(Arc::clone(&remote.place)),
        _ => unreachable!("a function with L2 has a place for each key"),
    };
    invalidation.run(Operation::Invalidate, subject).await
}

/// Puts a value in an entry's place.
pub async fn prime<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
    value: S::Value,
) -> Result<Invalidated, Error> {
    let entry = Entry::new(handle, parts);
    entry.edit().prime(value).await
}

/// Changes the value that an entry holds.
pub async fn update<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
    change: impl FnMut(&mut S::Value),
) -> Result<Option<S::Value>, Error> {
    let entry = Entry::new(handle, parts);
    entry.edit().update(change).await
}

/// Invalidates every entry of a function, whoever wrote it.
pub async fn invalidate_all(function: Function) -> Result<Invalidated, Error> {
    let revoke = || function.0.stores().for_each(Erased::revoke_all);
    clear(function.0, None, revoke).await
}

/// Invalidates every entry of one tenant of a function, whoever wrote it.
pub async fn invalidate_tenant<T: Tenant + ?Sized>(
    function: Function,
    tenant: &T,
) -> Result<Invalidated, Error> {
    let Some(text) = tenant.text() else {
        // Entries of no tenant depend on the function's generation alone.
        return invalidate_all(function).await;
    };
    let revoke = || function.0.stores().for_each(|store| store.revoke_tenant(&text));
    clear(function.0, Some(&text), revoke).await
}

async fn clear(
    site: &'static Site,
    tenant: Option<&str>,
    revoke: impl Fn(),
) -> Result<Invalidated, Error> {
    site.register();
    let at = site.spec().at(tenant.map(Arc::from));
    let scope = Context { policy: site.policy(), digest: None, guard: None, at };
    let (gate, names) = (reach::gate(site), reach::names(site));
    let tier = gate.as_ref().map(|gate| gate.as_ref().zip(names.as_deref()));
    let counts = site.stores().next().map(Erased::counts);
    let invalidation = Invalidation { scope: &scope, tier, counts, revoke };
    let subject =
        |names: &_| tenant.map_or(Subject::Function, |tenant| Subject::tenant(names, tenant));
    invalidation.run(Operation::Clear, subject).await
}

/// The key of an entry in L2.
#[cfg(feature = "l2")]
pub fn key<S, G, K>(handle: &Handle<S, Wired, G>, parts: &K) -> String
where
    S: Shape,
    G: ?Sized + 'static,
    K: crate::key::Canonical,
{
    handle.site.register();
    let digest = Digest::key(handle.site.spec().identity, type_name::<G>(), parts);
    handle.site.bound().key(&digest)
}

//! Door: how generated code enters a function; the hit inlined there, all else behind a miss.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::answer::{Source, Story};
use crate::call::{Call, Reach};
use crate::clock::Tick;
use crate::digest::Digest;
use crate::drive::{self, Ending};
use crate::key::{Canonical, KeyPart, Lookup, OwnedKey, Stored};
use crate::lookup::Intent;
use crate::park::park_on;
use crate::shape::Shape;
use crate::site::Site;
use crate::store::{Store, Types};
use crate::tenant::{Named, Owner};
use crate::tiers::Scope;

/// A function's site and types: `S` its kind of return type, `T` [`Local`] or [`Wired`], `G` its
/// own type and const parameters.
pub struct Door<S: Shape, T, G: ?Sized> {
    pub(crate) site: &'static Site,
    types: fn() -> Types<S>,
    #[expect(clippy::type_complexity, reason = "marks parameters that no field uses")]
    marks: PhantomData<fn(T, &G)>,
}

/// Values never leave the process as bytes.
#[derive(Debug)]
pub struct Local;

/// Values are stored as bytes, in L2 or in an encoded L1.
#[derive(Debug)]
pub struct Wired;

/// Whether a key of type `K` must have a digest.
pub trait Tier<K: ?Sized>: 'static {
    #[doc(hidden)]
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked>;
}

/// A digest, out of sight.
#[derive(Debug)]
pub struct Asked(pub(crate) Digest);

impl<K: ?Sized> Tier<K> for Local {
    #[inline]
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}

#[cfg(feature = "l2")]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(site: &Site, generics: &str, parts: &K) -> Option<Asked> {
        Some(Asked(Digest::key(site.spec().identity, generics, parts)))
    }
}

#[cfg(not(feature = "l2"))]
impl<K: Canonical> Tier<K> for Wired {
    fn digest(_: &Site, _: &str, _: &K) -> Option<Asked> {
        None
    }
}

impl<S: Shape, T, G: ?Sized + 'static> Door<S, T, G> {
    /// The door of a function.
    #[inline]
    pub const fn new(site: &'static Site, types: fn() -> Types<S>) -> Self {
        Self { site, types, marks: PhantomData }
    }

    #[inline]
    pub(crate) fn store<O: Stored + Owner>(&self) -> &'static Store<O, S, G> {
        self.site.store(self.types)
    }
}

/// Looks for a call's value in L1.
///
/// # Errors
///
/// The [`Miss`], which runs the rest of the call.
#[inline]
pub fn hit<S, T, G, K>(
    door: &Door<S, T, G>,
    parts: &K,
) -> Result<S::Return, Miss<K::Owned, S, T, G>>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner> + Named,
{
    let store = door.store();
    let key = Lookup::new(parts);
    let now = if store.ages { store.clock.tick() } else { Tick::EARLIEST };
    if let Some(entry) = store.tiers.l1.get(&key)
        && entry.span.lives(now)
    {
        store.tiers.counts.l1.bump();
        return Ok(S::join(entry.value));
    }
    Err(Miss::new(door.site, store, &key, parts, Intent::Read))
}

/// As [`hit`], with the story.
///
/// # Errors
///
/// The [`Miss`], which runs the rest of the call.
pub fn hit_told<S, T, G, K>(
    door: &Door<S, T, G>,
    parts: &K,
) -> Result<S::Detailed, Miss<K::Owned, S, T, G>>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner> + Named,
{
    let store = door.store();
    let key = Lookup::new(parts);
    let now = store.clock.tick();
    if let Some(entry) = store.tiers.l1.get(&key)
        && entry.span.lives(now)
    {
        store.tiers.counts.l1.bump();
        let degraded = door.site.is_away();
        let age = Some(now.since(entry.span.born));
        return Ok(S::tell(S::join(entry.value), Story { source: Source::L1, degraded, age }));
    }
    Err(Miss::new(door.site, store, &key, parts, Intent::Read))
}

/// The rest of a call that computes anew whatever is stored.
pub fn refresh<S, T, G, K>(door: &Door<S, T, G>, parts: &K) -> Miss<K::Owned, S, T, G>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner> + Named,
{
    Miss::new(door.site, door.store(), &Lookup::new(parts), parts, Intent::Refresh)
}

/// What is left to do after a miss.
#[must_use = "a miss that is dropped is a call that never returned"]
pub struct Miss<O: 'static, S: Shape, T, G: ?Sized + 'static> {
    site: &'static Site,
    store: &'static Store<O, S, G>,
    key: OwnedKey<O>,
    digest: Option<Digest>,
    tenant: Option<Arc<str>>,
    intent: Intent,
    mark: PhantomData<fn(T)>,
}

impl<O, S, T, G> Miss<O, S, T, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    #[cold]
    #[inline(never)]
    fn new<K>(
        site: &'static Site,
        store: &'static Store<O, S, G>,
        key: &Lookup<'_, K>,
        parts: &K,
        intent: Intent,
    ) -> Self
    where
        K: KeyPart<Owned = O> + Named,
        T: Tier<K>,
    {
        Self {
            site,
            store,
            key: key.own(),
            digest: T::digest(site, type_name::<G>(), parts).map(|asked| asked.0),
            tenant: parts.name().map(Arc::from),
            intent,
            mark: PhantomData,
        }
    }

    fn call(self) -> Call<'static, O, S::Value> {
        let Self { site, store, key, digest, tenant, intent, .. } = self;
        let reach = reach(site, store, digest.as_ref(), tenant.as_deref());
        let scope = Scope {
            policy: site.policy(),
            clock: store.clock.clone(),
            digest,
            at: site.at(tenant),
        };
        Call::new(&store.tiers, scope, reach, key, intent)
    }

    /// Runs the call, parking the thread where it must wait.
    #[inline(never)]
    pub fn blocking(self, body: impl FnOnce() -> S::Return) -> S::Return {
        self.block(body).0
    }

    /// As [`Miss::blocking`], with the story.
    pub fn blocking_told(self, body: impl FnOnce() -> S::Return) -> S::Detailed {
        let (returned, story) = self.block(body);
        S::tell(returned, story)
    }

    fn block(self, body: impl FnOnce() -> S::Return) -> (S::Return, Story) {
        let facts = &self.store.facts;
        let ending = drive::blocking::<O, S>(self.call(), facts, body);
        park_on(ending.settle())
    }

    async fn run(self, body: impl Future<Output = S::Return>) -> Ending<S::Return> {
        let facts = &self.store.facts;
        drive::future::<O, S>(self.call(), facts, body).await
    }
}

/// A function without L2 has no filler to take back, so that its future can cross threads although
/// its error cannot.
impl<O, S, G> Miss<O, S, Local, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Runs the call.
    pub async fn future(self, body: impl Future<Output = S::Return>) -> S::Return {
        self.run(body).await.local().0
    }

    /// As [`Miss::future`], with the story.
    pub async fn future_told(self, body: impl Future<Output = S::Return>) -> S::Detailed {
        let (returned, story) = self.run(body).await.local();
        S::tell(returned, story)
    }
}

impl<O, S, G> Miss<O, S, Wired, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Runs the call.
    pub async fn future(self, body: impl Future<Output = S::Return>) -> S::Return {
        self.run(body).await.settle().await.0
    }

    /// As [`Miss::future`], with the story.
    pub async fn future_told(self, body: impl Future<Output = S::Return>) -> S::Detailed {
        let (returned, story) = self.run(body).await.settle().await;
        S::tell(returned, story)
    }
}

/// What a call of the function can reach.
#[cfg(feature = "l2")]
pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    site: &'static Site,
    store: &Store<O, S, G>,
    digest: Option<&Digest>,
    tenant: Option<&str>,
) -> Reach {
    let (true, Some(digest), Some(wire)) = (site.is_remote(), digest, &store.tiers.wire) else {
        return Reach::Local;
    };
    match site.ambiguous::<G>() {
        Some(why) => Reach::Broken(why),
        None => site.bound().reach(digest, wire.version(), tenant),
    }
}

#[cfg(not(feature = "l2"))]
pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    _: &'static Site,
    _: &Store<O, S, G>,
    _: Option<&Digest>,
    _: Option<&str>,
) -> Reach {
    Reach::Local
}

impl<S: Shape, T, G: ?Sized> fmt::Debug for Door<S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("site", &self.site).finish_non_exhaustive()
    }
}

impl<O, S: Shape, T, G: ?Sized> fmt::Debug for Miss<O, S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Miss").field("site", &self.site).finish_non_exhaustive()
    }
}

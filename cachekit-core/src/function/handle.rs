//! The handle by which generated code enters a function; the hit inlined there, all else behind a miss.

mod opaque;
mod tier;
mod warm;

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::context::Context;
use crate::call::drive::{self, Ending};
use crate::call::steps::Intent;
use crate::call::{Call, Purpose};
use crate::function::site::Site;
use crate::function::store::{Store, Types};
use crate::key::digest::Digest;
use crate::key::tenant::{Named, Owner};
use crate::key::{KeyPart, Lookup, OwnedKey, Stored};
use crate::l2::access::{Access, Reach};
use crate::time::clock::Tick;
use crate::value::answer::{Source, Story};
use crate::value::returns::Shape;

pub use opaque::opaque;
pub use tier::{Local, Tier, Wired};
pub use warm::{Warmed, Warmth, warm, warm_each};

/// A function's site and types: `S` its kind of return type, `T` [`Local`] or [`Wired`], `G` its
/// own type and const parameters.
pub struct Handle<S: Shape, T, G: ?Sized> {
    pub(crate) site: &'static Site,
    types: fn() -> Types<S>,
    marks: PhantomData<fn(T, &G)>,
}

impl<S: Shape, T, G: ?Sized + 'static> Handle<S, T, G> {
    /// The handle of a function.
    #[inline]
    pub const fn new(site: &'static Site, types: fn() -> Types<S>) -> Self {
        Self { site, types, marks: PhantomData }
    }

    /// The handle of a function whose `G` has no name, as the type of a closure has none.
    #[inline]
    pub const fn marked(site: &'static Site, types: fn() -> Types<S>, _: &G) -> Self {
        Self::new(site, types)
    }

    #[inline]
    pub(crate) fn store<O: Stored + Owner>(&self) -> &'static Store<O, S, G> {
        self.site.store(self.types)
    }
}

/// Looks for a call's value in L1; `None` sends the caller to [`miss`].
///
/// Apart from `miss`, so that a hit returns in registers and not inside a result as large as all
/// that a miss needs.
#[inline(always)]
#[expect(clippy::inline_always, reason = "two functions of one shape would share a call instead")]
pub fn hit<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Option<S::Return>
where
    S: Shape,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner>,
{
    let store = handle.store();
    let key = Lookup::new(&store.seed, parts);
    let now = if store.ages { store.clock.tick() } else { Tick::EARLIEST };
    match store.tiers.own.values.get(&key) {
        Some(entry) if entry.serves(now) => {
            store.tiers.counts.l1.bump();
            Some(S::join(entry.value))
        }
        _ => None,
    }
}

/// As [`hit`], with the story.
pub fn hit_told<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Option<S::Detailed>
where
    S: Shape,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner>,
{
    let store = handle.store();
    let now = store.clock.tick();
    let entry = store.tiers.own.values.get(&Lookup::new(&store.seed, parts))?;
    if !entry.serves(now) {
        return None;
    }
    store.tiers.counts.l1.bump();
    let (degraded, age) = (handle.site.is_away(), Some(now.since(entry.span.born)));
    Some(S::tell(S::join(entry.value), Story { source: Source::L1, degraded, age }))
}

/// The rest of a call whose value is not in L1, or which computes anew whatever is stored.
#[cold]
#[inline(never)]
pub fn miss<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K, fresh: bool) -> Miss<K::Owned, S, T, G>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: KeyPart<Owned: Owner> + Named,
{
    Miss::new(handle, parts, if fresh { Intent::Refresh } else { Intent::Read })
}

/// What is left to do after a miss.
#[must_use = "a miss that is dropped is a call that never returned"]
pub struct Miss<O: 'static, S: Shape, T, G: ?Sized + 'static> {
    site: &'static Site,
    store: &'static Store<O, S, G>,
    key: OwnedKey<O>,
    /// What the key points at.
    key_bytes: usize,
    digest: Option<Digest>,
    tenant: Option<Arc<str>>,
    intent: Intent,
    purpose: Purpose,
    mark: PhantomData<fn(T)>,
}

impl<O, S, T, G> Miss<O, S, T, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    fn new<K>(handle: &Handle<S, T, G>, parts: &K, intent: Intent) -> Self
    where
        K: KeyPart<Owned = O> + Named,
        T: Tier<K>,
    {
        let (site, store) = (handle.site, handle.store());
        Self {
            site,
            store,
            key: Lookup::new(&store.seed, parts).own(),
            key_bytes: parts.points_at(),
            digest: T::digest(site, type_name::<G>(), parts).map(|asked| asked.0),
            tenant: parts.name().map(Arc::from),
            intent,
            purpose: Purpose::Answer,
            mark: PhantomData,
        }
    }

    fn call(self) -> Call<'static, O, S::Value> {
        let Self { site, store, key, key_bytes, digest, tenant, intent, purpose, .. } = self;
        let Access { reach, digest, guard } = reach(site, store, digest, tenant.as_deref());
        let (policy, clock, at) = (site.policy(), store.clock.clone(), site.spec().at(tenant));
        let scope = Context { policy, clock, digest, guard, at };
        Call::new(&store.tiers, scope, reach, (key, key_bytes), intent).for_purpose(purpose)
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
        ending.settled()
    }

    async fn run(self, body: impl Future<Output = S::Return>) -> Ending<'static, O, S> {
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
    /// Runs the call. Boxed here and out of line, so that a hit's future and its poll stay small.
    #[cold]
    #[inline(never)]
    pub fn future<B>(self, body: B) -> Pin<Box<impl Future<Output = S::Return> + use<O, S, G, B>>>
    where
        B: Future<Output = S::Return>,
    {
        Box::pin(async move { self.run(body).await.local().0 })
    }

    /// As [`Miss::future`], with the story.
    #[cold]
    #[inline(never)]
    pub fn future_told<B>(
        self,
        body: B,
    ) -> Pin<Box<impl Future<Output = S::Detailed> + use<O, S, G, B>>>
    where
        B: Future<Output = S::Return>,
    {
        Box::pin(async move {
            let (returned, story) = self.run(body).await.local();
            S::tell(returned, story)
        })
    }
}

impl<O, S, G> Miss<O, S, Wired, G>
where
    O: Stored + Owner,
    S: Shape,
    G: ?Sized + 'static,
{
    /// Runs the call. Boxed here and out of line, so that a hit's future and its poll stay small.
    #[cold]
    #[inline(never)]
    pub fn future<B>(self, body: B) -> Pin<Box<impl Future<Output = S::Return> + use<O, S, G, B>>>
    where
        B: Future<Output = S::Return>,
    {
        Box::pin(async move { self.run(body).await.settle().await.0 })
    }

    /// As [`Miss::future`], with the story.
    #[cold]
    #[inline(never)]
    pub fn future_told<B>(
        self,
        body: B,
    ) -> Pin<Box<impl Future<Output = S::Detailed> + use<O, S, G, B>>>
    where
        B: Future<Output = S::Return>,
    {
        Box::pin(async move {
            let (returned, story) = self.run(body).await.settle().await;
            S::tell(returned, story)
        })
    }
}

/// What a call of the function can reach, and under which name.
#[cfg(feature = "l2")]
pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    site: &'static Site,
    store: &Store<O, S, G>,
    digest: Option<Digest>,
    tenant: Option<&str>,
) -> Access {
    let (true, Some(asked), Some(wire)) = (site.spec().is_remote(), digest, &store.tiers.wire)
    else {
        return Access { reach: Reach::Local, digest, guard: None };
    };
    match site.ambiguous::<G>() {
        Some(why) => Access { reach: Reach::Broken(why), digest, guard: None },
        None => site.bound().reach(&asked, wire.version(), tenant),
    }
}

#[cfg(not(feature = "l2"))]
pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    _: &'static Site,
    _: &Store<O, S, G>,
    digest: Option<Digest>,
    _: Option<&str>,
) -> Access {
    Access { reach: Reach::Local, digest, guard: None }
}

impl<S: Shape, T, G: ?Sized> fmt::Debug for Handle<S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("site", &self.site).finish_non_exhaustive()
    }
}

impl<O, S: Shape, T, G: ?Sized> fmt::Debug for Miss<O, S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Miss").field("site", &self.site).finish_non_exhaustive()
    }
}

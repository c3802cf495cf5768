//! The handle by which generated code enters a function; the hit inlined there, all else behind a miss.

mod ask;
mod lazily;
mod miss;
mod opaque;
mod running;
mod tier;
mod warm;

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::function::at::Entry;
use crate::function::site::Site;
use crate::function::store::{Store, Types};
use crate::key::tenant::{Keyed, Owner};
use crate::key::{Lookup, Stored};
#[cfg(feature = "tracing")]
use crate::observe::trace;
use crate::time::clock::Tick;
use crate::value::answer::{Source, Story};
use crate::value::returns::Shape;

pub use ask::{Ask, Detailed, Itself, Made, Returned, Tells};
pub use lazily::{Ending, Lazily, lazily};
pub use miss::{Frame, Missed, run};
pub use opaque::opaque;
pub use running::Running;
pub use tier::{Local, Tail, Tier, Wired};
pub use warm::{Again, Warmed, Warmth, warm_each};

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
    pub(crate) fn store<O: Stored + Owner>(&self) -> &'static Store<O, S, G>
    where
        T: Tail,
    {
        self.site.store(self.types, T::seal)
    }
}

/// Looks for a call's value in L1; `None` leaves the rest to a miss.
///
/// Apart from that, so that a hit returns in registers and not inside a result as large as all
/// that a miss needs.
#[inline(always)]
#[expect(clippy::inline_always, reason = "two functions of one shape would share a call instead")]
fn hit<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Option<S::Return>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    let store = handle.store();
    let key = Lookup::new(&store.seed, parts);
    let ages = store.ages.load(Ordering::Relaxed);
    let now = if ages { store.tiers.clock.tick() } else { Tick::EARLIEST };
    match store.tiers.own.values.get(&key) {
        Some(entry) if entry.serves(now) => {
            store.tiers.counts.l1.bump();
            #[cfg(feature = "tracing")]
            if trace::is_on() {
                traced(handle, parts, entry.span.born);
            }
            Some(S::join(entry.value))
        }
        _ => None,
    }
}

/// As [`hit`], with the story.
fn hit_told<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Option<S::Detailed>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    let store = handle.store();
    let now = store.tiers.clock.tick();
    let entry = store.tiers.own.values.get(&Lookup::new(&store.seed, parts))?;
    if !entry.serves(now) {
        return None;
    }
    store.tiers.counts.l1.bump();
    #[cfg(feature = "tracing")]
    if trace::is_on() {
        traced(handle, parts, entry.span.born);
    }
    let (degraded, age) = (handle.site.is_away(), Some(now.since(entry.span.born)));
    Some(S::tell(S::join(entry.value), Story { source: Source::L1, degraded, age }))
}

/// Tells whoever debugs of a hit, on an entry whose fill began at `born`.
///
/// Not there without the feature: it is compiled once a function.
#[cfg(feature = "tracing")]
#[cold]
#[inline(never)]
fn traced<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K, born: Tick)
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    let entry = entry(handle, parts);
    let scope = entry.way().scope;
    let age = Some(entry.tiers.clock.tick().since(born));
    let told = Story { source: Source::L1, degraded: handle.site.is_away(), age };
    trace::called(&scope.at, scope.digest.as_ref(), "answered", Some(told));
}

/// The entry of a call: its key, owned, with whatever else names it.
fn entry<S, T, G, K>(handle: &Handle<S, T, G>, parts: &K) -> Entry<K::Owned, S::Value>
where
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    let (site, store, generics) = (handle.site, handle.store(), type_name::<G>());
    Entry {
        site,
        tiers: &store.tiers,
        generics,
        sign: S::sign,
        key: Lookup::new(&store.seed, parts).own(),
        key_bytes: parts.points_at(),
        digest: T::digest(site, generics, parts).map(|asked| asked.0),
        tenant: parts.name().map(Arc::from),
    }
}

impl<S: Shape, T, G: ?Sized> fmt::Debug for Handle<S, T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("site", &self.site).finish_non_exhaustive()
    }
}

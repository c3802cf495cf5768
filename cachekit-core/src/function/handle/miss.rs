//! What is left of a call after a miss; a sync function runs its body between two calls of it.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::call::context::Context;
use crate::call::drive::{self, Facts, Took, Turn};
use crate::call::steps::{End, Intent};
use crate::call::{Call, Purpose};
use crate::flight::reentry::{Entered, Ran};
use crate::function::handle::{Handle, Tail, Tells, Tier};
use crate::function::reach;
use crate::key::tenant::{Keyed, Named, Owner};
use crate::key::{KeyPart, Lookup, Stored};
use crate::l2::access::Access;
use crate::time::park::park_on;
use crate::value::answer::Story;
use crate::value::returns::Shape;

/// The rest of a call whose value is not in L1, or which computes anew whatever is stored.
#[cold]
#[inline(never)]
pub fn miss<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
    fresh: bool,
) -> Miss<K::Owned, S, T> {
    let intent = if fresh { Intent::Refresh } else { Intent::Read };
    Miss::new(handle, parts, intent, Purpose::Answer)
}

/// A call that nobody waits for: what is there is left as it is.
#[cold]
#[inline(never)]
pub fn warm<S: Shape, T: Tier<K>, G: ?Sized + 'static, K: Keyed>(
    handle: &Handle<S, T, G>,
    parts: &K,
) -> Miss<K::Owned, S, T> {
    Miss::new(handle, parts, Intent::Read, Purpose::Warm)
}

/// Runs a body that stands in the function itself, where it may change what it says it changes.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a frame more of each level of recursion would be its own"
)]
pub fn run<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// What is left to do after a miss.
///
/// `S` is the kind of return type, `T` the function's tier; the body's own type is nowhere in it.
#[must_use = "a miss that is dropped is a call that never returned"]
pub struct Miss<O: 'static, S: Shape, T> {
    pub(super) call: Box<Call<'static, O, S::Value>>,
    pub(super) facts: &'static Facts<S>,
    tier: PhantomData<fn(T)>,
}

/// What a call keeps while its body runs.
///
/// Dropped instead of ended, as when the body panics, it hands its flight over.
#[must_use = "a body that has run ends its call"]
pub struct Frame<O: 'static, S: Shape, T, A> {
    // Left before the call is dropped, which may wake others.
    entered: Entered,
    call: Box<Call<'static, O, S::Value>>,
    facts: &'static Facts<S>,
    types: PhantomData<fn() -> (T, A)>,
}

impl<O: Stored + Owner, S: Shape, T: Tail> Miss<O, S, T> {
    fn new<K, G>(handle: &Handle<S, T, G>, parts: &K, intent: Intent, purpose: Purpose) -> Self
    where
        K: KeyPart<Owned = O> + Named,
        T: Tier<K>,
        G: ?Sized + 'static,
    {
        let (site, store) = (handle.site, handle.store());
        let key = (Lookup::new(&store.seed, parts).own(), parts.points_at());
        let digest = T::digest(site, type_name::<G>(), parts).map(|asked| asked.0);
        let tenant: Option<Arc<str>> = parts.name().map(Arc::from);
        let Access { reach, digest, guard } = reach::reach(site, store, digest, tenant.as_deref());
        let (policy, at) = (site.policy(), site.spec().at(tenant));
        let scope = Context { policy, digest, guard, at };
        let call = Call::new(&store.tiers, scope, reach, key, intent).for_purpose(purpose);
        Self { call: Box::new(call), facts: &store.facts, tier: PhantomData }
    }

    /// Goes on until the body is to run, parking the thread where it must wait.
    ///
    /// # Errors
    ///
    /// The call's end, if there is nothing to run the body for.
    #[inline(never)]
    pub fn begin<A: Tells<S>>(self) -> Result<Frame<O, S, T, A>, A::Out> {
        let Self { call, facts, .. } = self;
        let (mut call, end) = park::<O, S, T>(call);
        match end {
            None => {
                let entered = Entered::new(call.begin());
                Ok(Frame { entered, call, facts, types: PhantomData })
            }
            Some(end) => {
                let (returned, story) = drive::end::<O, S>(&mut call, end, facts);
                Err(A::tell(returned, story, facts))
            }
        }
    }
}

impl<O: Stored + Owner, S: Shape, T: Tail, A: Tells<S>> Frame<O, S, T, A> {
    /// Ends the call with what its body returned.
    #[inline(never)]
    pub fn end(self, returned: S::Return) -> A::Out {
        let Self { entered, call, facts, .. } = self;
        let ran = Ran { returned, refused: entered.leave() };
        let (returned, story) = ended::<O, S, T>(call, facts, ran);
        A::tell(returned, story, facts)
    }
}

/// Goes on until the body is to run, or the call is over; parks the thread where it must wait.
fn park<O: Stored + Owner, S: Shape, T: Tail>(
    mut call: Box<Call<'static, O, S::Value>>,
) -> (Box<Call<'static, O, S::Value>>, Option<End>) {
    let mut turn = drive::go(&mut call);
    if let Turn::Wait = turn {
        call = park_on(T::wait(call));
        turn = drive::go(&mut call);
    }
    match turn {
        Turn::Done(end) => (call, Some(end)),
        Turn::Body | Turn::Wait => (call, None),
    }
}

fn ended<O: Stored + Owner, S: Shape, T: Tail>(
    call: Box<Call<'static, O, S::Value>>,
    facts: &Facts<S>,
    ran: Ran<S::Return>,
) -> (S::Return, Story) {
    match drive::took::<O, S>(call, facts, ran) {
        Took::Goes(call) => {
            let (mut call, end) = park::<O, S, T>(call);
            let end = end.expect("the body runs at most once");
            drive::end::<O, S>(&mut call, end, facts)
        }
        Took::Passed(returned, story, last) => {
            if let Some(last) = last {
                park_on(T::settle(last));
            }
            (returned, story)
        }
    }
}

impl<O, S: Shape, T> fmt::Debug for Miss<O, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Miss").finish_non_exhaustive()
    }
}

impl<O, S: Shape, T, A> fmt::Debug for Frame<O, S, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").finish_non_exhaustive()
    }
}

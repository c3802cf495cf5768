//! What is left of a call after a miss; a sync function runs its body between two calls of it.
//!
//! Which key the call is of, and which kind of return type its function has, is behind one pointer:
//! what generated code holds names the return type alone.

use std::fmt;
use std::marker::PhantomData;

use crate::call::drive::{self, Facts, Took, Turn};
use crate::call::steps::Intent;
use crate::call::{Call, Purpose};
use crate::flight::reentry::{Body, Entered, Ran};
use crate::function::at::Way;
use crate::function::handle::tier::Boxed;
use crate::function::handle::{Handle, Tail, Tells, Tier, entry};
use crate::key::Stored;
use crate::key::tenant::{Keyed, Owner};
use crate::time::park::park_on;
use crate::value::returns::Shape;

/// The rest of a call whose value is not in L1, or which computes anew whatever is stored.
#[cold]
#[inline(never)]
pub(super) fn miss<A, S, T, G, K>(
    handle: &Handle<S, T, G>,
    parts: &K,
    intent: Intent,
    purpose: Purpose,
) -> Missed<S::Return, A::Out, T>
where
    A: Tells<S>,
    S: Shape,
    T: Tier<K>,
    G: ?Sized + 'static,
    K: Keyed,
{
    let entry = entry(handle, parts);
    let Way { scope, reach } = entry.way();
    let key = (entry.key, entry.key_bytes);
    let call = Call::new(entry.tiers, scope, reach, key, intent).for_purpose(purpose);
    let facts = &handle.store::<K::Owned>().facts;
    let rest = Rest::<_, S, T, A> { call, facts, types: PhantomData };
    Missed { rest: Box::new(rest), tier: PhantomData }
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

/// What is left of a call, whatever its key: `R` is what its body returns, `A` what was asked for.
pub(super) trait Pending<R, A>: Send {
    /// Goes on for as long as there is nothing to wait for.
    fn go(&mut self) -> Now<A>;
    /// Waits for whatever there is to wait for.
    fn wait(self: Box<Self>) -> Boxed<Waiting<R, A>>;
    /// Takes the body's return value.
    fn took(self: Box<Self>, ran: Ran<R>) -> After<R, A>;
}

pub(super) type Waiting<R, A> = Box<dyn Pending<R, A>>;

/// What is to be done now.
pub(super) enum Now<A> {
    /// Something is to be waited for.
    Wait,
    /// The body is to run.
    Body(Body),
    /// The call is over.
    End(A),
}

/// What a body's return value makes of its call.
pub(super) enum After<R, A> {
    /// It goes on.
    Goes(Waiting<R, A>),
    /// It is over, once that is done which is still to be done.
    Ends(A, Option<Boxed<()>>),
}

/// A call with what its function's type knows.
pub(super) struct Rest<O: 'static, S: Shape, T, A> {
    pub(super) call: Call<'static, O, S::Value>,
    facts: &'static Facts<S>,
    types: PhantomData<fn() -> (T, A)>,
}

impl<O: Stored + Owner, S: Shape, T: Tail, A: Tells<S>> Pending<S::Return, A::Out>
    for Rest<O, S, T, A>
{
    fn go(&mut self) -> Now<A::Out> {
        match drive::go(&mut self.call) {
            Turn::Wait => Now::Wait,
            Turn::Body => Now::Body(Body::new(self.call.begin(), self.call.function())),
            Turn::Done(end) => {
                let (returned, story) = drive::end::<O, S>(&mut self.call, end, self.facts);
                Now::End(A::tell(returned, story, self.facts))
            }
        }
    }

    fn wait(self: Box<Self>) -> Boxed<Waiting<S::Return, A::Out>> {
        T::wait(self)
    }

    fn took(mut self: Box<Self>, ran: Ran<S::Return>) -> After<S::Return, A::Out> {
        match drive::took::<O, S>(&mut self.call, self.facts, ran) {
            Took::Goes => After::Goes(self),
            Took::Passed(returned, story, last) => {
                let told = A::tell(returned, story, self.facts);
                After::Ends(told, last.map(|last| T::settle(last)))
            }
        }
    }
}

/// What is left to do after a miss: `R` is what the body returns, `A` what was asked for, `T` the
/// function's tier.
#[must_use = "a miss that is dropped is a call that never returned"]
pub struct Missed<R, A, T> {
    pub(super) rest: Waiting<R, A>,
    tier: PhantomData<fn(T)>,
}

/// What a call keeps while its body runs.
///
/// Dropped instead of ended, as when the body panics, it hands its flight over.
#[must_use = "a body that has run ends its call"]
pub struct Frame<R, A> {
    // Left before the call is dropped, which may wake others.
    entered: Entered,
    rest: Waiting<R, A>,
}

impl<R: 'static, A: 'static, T> Missed<R, A, T> {
    /// Goes on until the body is to run, parking the thread where it must wait.
    ///
    /// # Errors
    ///
    /// The call's end, if there is nothing to run the body for.
    #[inline(never)]
    pub fn begin(self) -> Result<Frame<R, A>, A> {
        match park(self.rest) {
            (rest, Now::Body(mut body)) => Ok(Frame { entered: body.enter(), rest }),
            (_, Now::End(told)) => Err(told),
            (_, Now::Wait) => unreachable!("the thread has waited"),
        }
    }
}

impl<R: 'static, A: 'static> Frame<R, A> {
    /// Ends the call with what its body returned.
    #[inline(never)]
    pub fn end(self, returned: R) -> A {
        let Self { entered, rest } = self;
        let ran = Ran { returned, refused: entered.leave() };
        match rest.took(ran) {
            After::Goes(rest) => match park(rest) {
                (_, Now::End(told)) => told,
                (_, Now::Body(_) | Now::Wait) => unreachable!("the body runs at most once"),
            },
            After::Ends(told, last) => {
                last.map(park_on);
                told
            }
        }
    }
}

/// Goes on until the body is to run, or the call is over; parks the thread where it must wait.
fn park<R: 'static, A: 'static>(mut rest: Waiting<R, A>) -> (Waiting<R, A>, Now<A>) {
    loop {
        match rest.go() {
            Now::Wait => rest = park_on(rest.wait()),
            now => return (rest, now),
        }
    }
}

impl<R, A, T> fmt::Debug for Missed<R, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Missed").finish_non_exhaustive()
    }
}

impl<R, A> fmt::Debug for Frame<R, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").finish_non_exhaustive()
    }
}

//! Runs a call up to its body, and from its body to its end.
//!
//! A body runs at most once, so that a call falls into two halves. Neither knows the body's type, and
//! neither is on the stack while the body runs: what a level of recursion keeps is the call's box.
//! Sync and async functions share both; where there is something to wait for, one parks its thread
//! on it and the other polls it. A decision here belongs in `steps`; an effect here belongs in
//! `call`.

use crate::call::steps::{End, Step};
use crate::call::{Call, Finish, Uncached};
use crate::error::Error;
use crate::flight::reentry::Ran;
use crate::l1::per_value::PerValue;
use crate::value::answer::Story;
use crate::value::follower_copy::Share;
use crate::value::returns::{Shape, Split};

/// What the drivers must know of a function's return type.
pub struct Facts<S: Shape> {
    /// Chooses the errors that are cached.
    pub keep: S::Keep,
    /// Makes a return value of a refusal; `None` for functions that are never refused.
    pub refuse: Option<fn(Error) -> S::Return>,
    /// How followers share a return value that is not cached.
    pub share: Share<S::Return>,
    /// Chooses the return values that may be cached at all; `None` asks nothing.
    pub cache_if: Option<fn(&S::Return) -> bool>,
    /// What is asked of the values that are cached.
    pub measure: PerValue<S::Value>,
}

/// How far a call has come.
pub(crate) enum Turn {
    /// Something is to be waited for.
    Wait,
    /// The body is to run.
    Body,
    /// It is over.
    Done(End),
}

/// What a body's return value makes of its call.
pub(crate) enum Took<'a, O, S: Shape> {
    /// It goes on.
    Goes,
    /// It is over, but for what is still to be done.
    Passed(S::Return, Story, Option<Box<Uncached<'a, O, S::Value>>>),
}

/// Goes on for as long as there is nothing to wait for.
#[inline(never)]
pub(crate) fn go<O: Eq + Clone, V: Clone>(call: &mut Call<'_, O, V>) -> Turn {
    loop {
        match call.step() {
            Step::Join => {
                let fact = call.join();
                call.advance(fact);
            }
            Step::Compute => return Turn::Body,
            Step::Done(end) => return Turn::Done(end),
            Step::Wait | Step::Fetch | Step::Claim | Step::Commit => return Turn::Wait,
        }
    }
}

/// Waits for whatever there is to wait for.
pub(crate) async fn wait<O: Eq + Clone, V: Clone>(call: &mut Call<'_, O, V>) {
    loop {
        let fact = match call.step() {
            Step::Join => call.join(),
            Step::Wait => call.wait().await,
            Step::Fetch => call.fetch().await,
            Step::Claim => call.claim().await,
            Step::Commit => call.commit().await,
            Step::Compute | Step::Done(_) => return,
        };
        call.advance(fact);
    }
}

/// As [`wait`], in a function without L2.
pub(crate) async fn wait_here<O: Eq + Clone, V: Clone>(call: &mut Call<'_, O, V>) {
    while let Turn::Wait = go(call) {
        let fact = call.wait().await;
        call.advance(fact);
    }
}

/// Takes the body's return value.
pub(crate) fn took<'a, O: Eq + Clone, S: Shape>(
    call: &mut Call<'a, O, S::Value>,
    facts: &Facts<S>,
    ran: Ran<S::Return>,
) -> Took<'a, O, S> {
    match call.split::<S>(ran, facts.cache_if, facts.keep) {
        Split::Keep(value, sign) => {
            let fact = call.hold_computed(value, sign);
            call.advance(fact);
            Took::Goes
        }
        Split::Pass(returned) => {
            let (story, last) = call.passed(&returned, &facts.share);
            Took::Passed(returned, story, last.map(Box::new))
        }
    }
}

/// The end of a call whose value may be cached, or that has none.
pub(crate) fn end<O: Eq + Clone, S: Shape>(
    call: &mut Call<'_, O, S::Value>,
    end: End,
    facts: &Facts<S>,
) -> (S::Return, Story) {
    match call.finish(end) {
        Finish::Value(value, story) => (S::join(value), story),
        Finish::Shared(parcel, story) => (facts.share.unwrap(&parcel), story),
        Finish::Refused(error) => {
            let refuse = facts.refuse.expect("only a function that can carry a refusal is refused");
            (refuse(error), Story::untold())
        }
    }
}

impl<S: Shape> std::fmt::Debug for Facts<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

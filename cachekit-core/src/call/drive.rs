//! Runs a call to its end: once by parking the thread, once by awaiting.
//!
//! The two loops must stay line for line alike. A decision here belongs in `lookup`; an effect
//! here belongs in `call`.

use crate::call::steps::Step;
use crate::call::{Call, Finish, Uncached};
use crate::error::Error;
use crate::flight::reentry;
use crate::l1::per_value::Measure;
use crate::time::park::park_on;
use crate::value::answer::Story;
use crate::value::follower_copy::Share;
use crate::value::returns::{Shape, Split};

const ONCE: &str = "the table issues Compute at most once";

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
    pub measure: Measure<S::Value>,
}

/// A call's end: its return value, and what is still to be done.
///
/// The rest is apart, so that a return value which must not cross threads is not held while the
/// rest is awaited, unless the function has an L2 at all.
pub(crate) struct Ending<'a, O, S: Shape> {
    pub(crate) returned: S::Return,
    pub(crate) story: Story,
    last: Option<Uncached<'a, O, S::Value>>,
}

/// Runs a cached `fn`.
pub(crate) fn blocking<'a, O: Eq + Clone, S: Shape>(
    mut call: Call<'a, O, S::Value>,
    facts: &Facts<S>,
    body: impl FnOnce() -> S::Return,
) -> Ending<'a, O, S> {
    let mut body = Some(body);
    let mut step = call.step();
    loop {
        let fact = match step {
            Step::Join => call.join(),
            Step::Wait => park_on(call.wait()),
            Step::Fetch => park_on(call.fetch()),
            Step::Claim => park_on(call.claim()),
            Step::Compute => {
                let ran = reentry::run(call.begin(), body.take().expect(ONCE));
                match call.split::<S>(ran, facts.cache_if, facts.keep) {
                    Split::Keep(value, sign) => call.kept(value, sign),
                    Split::Pass(returned) => return pass(call, facts, returned),
                }
            }
            Step::Commit => park_on(call.commit()),
            Step::Done(end) => return end_with(call.finish(end), facts),
        };
        step = call.advance(fact);
    }
}

/// Runs a cached `async fn`.
pub(crate) async fn future<'a, O: Eq + Clone, S: Shape>(
    mut call: Call<'a, O, S::Value>,
    facts: &Facts<S>,
    body: impl Future<Output = S::Return>,
) -> Ending<'a, O, S> {
    let mut body = Some(body);
    let mut step = call.step();
    loop {
        let fact = match step {
            Step::Join => call.join(),
            Step::Wait => call.wait().await,
            Step::Fetch => call.fetch().await,
            Step::Claim => call.claim().await,
            Step::Compute => {
                let ran = reentry::scope(call.begin(), body.take().expect(ONCE)).await;
                match call.split::<S>(ran, facts.cache_if, facts.keep) {
                    Split::Keep(value, sign) => call.kept(value, sign),
                    Split::Pass(returned) => return pass(call, facts, returned),
                }
            }
            Step::Commit => call.commit().await,
            Step::Done(end) => return end_with(call.finish(end), facts),
        };
        step = call.advance(fact);
    }
}

fn pass<'a, O: Eq + Clone, S: Shape>(
    call: Call<'a, O, S::Value>,
    facts: &Facts<S>,
    returned: S::Return,
) -> Ending<'a, O, S> {
    let (story, last) = call.passed(&returned, &facts.share);
    Ending { returned, story, last }
}

fn end_with<'a, O, S: Shape>(finish: Finish<S::Value>, facts: &Facts<S>) -> Ending<'a, O, S> {
    let (returned, story) = match finish {
        Finish::Value(value, story) => (S::join(value), story),
        Finish::Shared(parcel, story) => (facts.share.unwrap(&parcel), story),
        Finish::Refused(error) => {
            let refuse = facts.refuse.expect("only a function that can carry a refusal is refused");
            (refuse(error), Story::untold())
        }
    };
    Ending { returned, story, last: None }
}

impl<O, S: Shape> Ending<'_, O, S> {
    /// Does what is left, before the caller sees the end.
    pub(crate) async fn settle(self) -> (S::Return, Story) {
        if let Some(last) = self.last {
            last.settle().await;
        }
        (self.returned, self.story)
    }

    /// As [`Ending::settle`], parking the thread only if there is something to wait for.
    pub(crate) fn settled(self) -> (S::Return, Story) {
        match self.last {
            Some(_) => park_on(self.settle()),
            None => (self.returned, self.story),
        }
    }

    /// The end of a call that has no L2, and so nothing left to do.
    pub(crate) fn local(self) -> (S::Return, Story) {
        (self.returned, self.story)
    }
}

impl<S: Shape> std::fmt::Debug for Facts<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

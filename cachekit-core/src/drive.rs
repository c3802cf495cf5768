//! Runs a call to its end: once by parking the thread, once by awaiting.
//!
//! The two loops must stay line for line alike. A decision here belongs in `lookup`; an effect
//! here belongs in `call`.

use crate::answer::Story;
use crate::call::{Call, Claimed, Finish};
use crate::error::Error;
use crate::frame;
use crate::lookup::Step;
use crate::park::park_on;
use crate::shape::{Shape, Split};
use crate::share::Share;

const ONCE: &str = "the table issues Compute at most once";

/// What the drivers must know of a function's return type.
pub struct Facts<S: Shape> {
    /// Chooses the errors that are cached.
    pub keep: S::Keep,
    /// Makes a return value of a refusal; `None` for functions that are never refused.
    pub refuse: Option<fn(Error) -> S::Return>,
    /// How followers share a return value that is not cached.
    pub share: Share<S::Return>,
}

/// A call's end: its return value, and the filler that is still to be taken back.
///
/// The filler is apart, so that a return value which must not cross threads is not held while the
/// taking back is awaited, unless the function has an L2 at all.
pub(crate) struct Ending<R> {
    pub(crate) returned: R,
    pub(crate) story: Story,
    filler: Option<Claimed>,
}

/// Runs a cached `fn`.
pub(crate) fn blocking<O: Eq + Clone, S: Shape>(
    mut call: Call<'_, O, S::Value>,
    facts: &Facts<S>,
    body: impl FnOnce() -> S::Return,
) -> Ending<S::Return> {
    let mut body = Some(body);
    loop {
        let fact = match call.step() {
            Step::Join => call.join(),
            Step::Wait => park_on(call.wait()),
            Step::Fetch => park_on(call.fetch()),
            Step::Claim => park_on(call.claim()),
            Step::Compute => {
                let ran = frame::run(call.begin(), body.take().expect(ONCE));
                match call.split::<S>(ran, facts.keep) {
                    Split::Keep(value, sign) => call.kept(value, sign),
                    Split::Pass(returned) => return pass(call, facts, returned),
                }
            }
            Step::Commit => park_on(call.commit()),
            Step::Done(end) => return end_with(call.finish(end), facts),
        };
        call.advance(fact);
    }
}

/// Runs a cached `async fn`.
pub(crate) async fn future<O: Eq + Clone, S: Shape>(
    mut call: Call<'_, O, S::Value>,
    facts: &Facts<S>,
    body: impl Future<Output = S::Return>,
) -> Ending<S::Return> {
    let mut body = Some(body);
    loop {
        let fact = match call.step() {
            Step::Join => call.join(),
            Step::Wait => call.wait().await,
            Step::Fetch => call.fetch().await,
            Step::Claim => call.claim().await,
            Step::Compute => {
                let ran = frame::scope(call.begin(), body.take().expect(ONCE)).await;
                match call.split::<S>(ran, facts.keep) {
                    Split::Keep(value, sign) => call.kept(value, sign),
                    Split::Pass(returned) => return pass(call, facts, returned),
                }
            }
            Step::Commit => call.commit().await,
            Step::Done(end) => return end_with(call.finish(end), facts),
        };
        call.advance(fact);
    }
}

fn pass<O: Eq + Clone, S: Shape>(
    call: Call<'_, O, S::Value>,
    facts: &Facts<S>,
    returned: S::Return,
) -> Ending<S::Return> {
    let (story, filler) = call.passed(&returned, &facts.share);
    Ending { returned, story, filler }
}

fn end_with<S: Shape>(finish: Finish<S::Value>, facts: &Facts<S>) -> Ending<S::Return> {
    let (returned, story) = match finish {
        Finish::Value(value, story) => (S::join(value), story),
        Finish::Shared(parcel, story) => (facts.share.unwrap(&parcel), story),
        Finish::Refused(error) => {
            let refuse = facts.refuse.expect("only a function that can carry a refusal is refused");
            (refuse(error), Story::untold())
        }
    };
    Ending { returned, story, filler: None }
}

impl<R> Ending<R> {
    /// Takes the filler back, if there is one, before the caller sees the end.
    pub(crate) async fn settle(self) -> (R, Story) {
        if let Some(filler) = self.filler {
            // One that could not be taken back ends with its own life.
            drop(filler.abort().await);
        }
        (self.returned, self.story)
    }

    /// The end of a call that has no L2, and so no filler.
    pub(crate) fn local(self) -> (R, Story) {
        (self.returned, self.story)
    }
}

impl<S: Shape> std::fmt::Debug for Facts<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

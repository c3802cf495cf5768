//! The end of a runtime: what is under way is waited for, and what is left is told.

use std::time::Duration;

use crate::observe::event::{Event, EventKind, NO_BACKEND};
use crate::policy::LONGEST;
use crate::time::clock;

use super::{Inner, Runtime};

/// What a runtime left behind when it was shut down; see `Runtime::shutdown`.
///
/// ```
/// use std::time::Duration;
/// use cachekit::Runtime;
///
/// # fn main() -> Result<(), cachekit::Error> {
/// let runtime = Runtime::builder().build()?;
/// let left = runtime.shutdown(Duration::from_secs(5)).wait();
/// if !left.is_nothing() {
///     eprintln!("{} changes and {} calls were given up", left.owed, left.running);
/// }
/// # assert!(left.is_nothing());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[must_use = "what is left is lost with the process"]
pub struct Leftover {
    /// Changes that L2 has not confirmed: of entries, tenants and functions.
    pub owed: usize,
    /// Calls and changes under way, and fillers that were still to be taken back.
    pub running: usize,
}

impl Leftover {
    /// Whether everything was done in time.
    pub fn is_nothing(self) -> bool {
        self.owed == 0 && self.running == 0
    }

    /// What is left, in words for an operator.
    fn words(self) -> String {
        if self.is_nothing() {
            return String::from("the runtime was shut down, and nothing is left");
        }
        let Self { owed, running } = self;
        format!(
            "the runtime was shut down before everything was done: {owed} owed to L2 and never made \
             (changes of entries, tenants and functions), {running} still under way (calls, and \
             fillers to be taken back)"
        )
    }
}

/// Ends a runtime, once what is under way is done, or the patience is over.
pub(crate) async fn end(runtime: Runtime, patience: Duration) -> Leftover {
    let inner = &*runtime.0;
    let deadline = clock::now() + patience.min(LONGEST);
    let left = match &inner.gate {
        None => Leftover::default(),
        Some(gate) => match gate.end(deadline).await {
            Some((owed, running)) => Leftover { owed, running },
            None => return Leftover::default(),
        },
    };
    if inner.ended.begins() {
        inner.sink.raise(&inner.event(EventKind::ShutDown).saying(left.words()));
        inner.leave();
    }
    left
}

impl Inner {
    /// An event of this runtime's tier, or of a runtime without one.
    pub(super) fn event(&self, kind: EventKind) -> Event {
        match &self.gate {
            Some(gate) => gate.event(kind),
            None => Event::new(kind, NO_BACKEND, self.clock.wall()),
        }
    }

    /// Lets go of the tier, and tells the counters a last time.
    #[cfg_attr(
        not(feature = "l2"),
        expect(clippy::unused_self, reason = "there is no tier to let go")
    )]
    fn leave(&self) {
        #[cfg(feature = "l2")]
        drop(crate::sync::plain(&self.io).take());
        #[cfg(feature = "metrics")]
        super::exporter::flush();
    }
}

//! Events, faults, calls, bodies and operations for `tracing`; the only importer of it.
//!
//! Nothing here is at `info`, and nothing shows an argument or a value.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::level_filters::LevelFilter;
use tracing::span::EnteredSpan;
use tracing::{Instrument, Level, field};

use crate::error::At;
use crate::key::digest::Digest;
use crate::observe::event;
use crate::value::answer::Story;

/// Raises an event on the security target, its JSON line as the message.
pub(crate) fn security(line: &str) {
    tracing::warn!(target: "cachekit.security", "{line}");
}

/// Tells of a stored entry that is no value.
pub(crate) fn rejected(function: &str, tier: &str, why: &str) {
    tracing::debug!(target: "cachekit", function, tier, why, "entry rejected");
}

/// Tells of an operation that a tier did not serve.
pub(crate) fn failed(backend: &str, operation: &str, fault: &str) {
    tracing::debug!(target: "cachekit", backend, operation, fault, "operation failed");
}

/// Whether anybody might listen at `debug`: one load, which is all that a hit pays for it.
#[inline]
pub(crate) fn is_on() -> bool {
    LevelFilter::current() >= Level::DEBUG
}

/// Tells what came of a call: `story` where there is an answer. A subscriber that panics breaks
/// nothing.
#[cold]
pub(crate) fn called(at: &At, digest: Option<&Digest>, outcome: &str, story: Option<Story>) {
    let told = catch_unwind(AssertUnwindSafe(|| {
        tracing::debug!(
            target: "cachekit",
            function = at.function,
            mode = at.mode.map(field::display),
            tenant = at.tenant.as_deref().map(event::shown),
            digest = digest.map(field::display),
            source = story.map(|story| story.source.as_str()),
            age = story.and_then(|story| story.age).map(field::debug),
            degraded = story.map(|story| story.degraded),
            outcome,
            "call"
        );
    }));
    drop(told);
}

/// The span of a body, while no thread is inside it; nothing where nobody listens.
///
/// Behind a pointer, so that a call is no larger for it.
#[derive(Debug)]
pub(crate) struct Around(Option<Box<tracing::Span>>);

/// The span of a body that this thread is inside of, until it is left or dropped.
#[derive(Debug)]
pub(crate) struct Within(Option<Box<EnteredSpan>>);

impl Around {
    /// The span of a body of this function.
    pub(crate) fn body(function: &'static str) -> Self {
        let span = || Box::new(tracing::debug_span!(target: "cachekit", "body", function));
        Self(is_on().then(span))
    }

    /// No span.
    pub(crate) const fn nothing() -> Self {
        Self(None)
    }

    /// Enters it, for one poll or for the whole of a sync body.
    pub(crate) fn enter(&mut self) -> Within {
        Within(self.0.take().map(|span| Box::new(span.entered())))
    }
}

impl Within {
    /// Leaves it, to be entered again.
    pub(crate) fn leave(self) -> Around {
        Around(self.0.map(|entered| Box::new(entered.exit())))
    }
}

/// Performs an operation of L2 inside a span, which is entered at each poll.
pub(crate) async fn operation<F: Future>(
    operation: &'static str,
    function: &'static str,
    performed: F,
) -> F::Output {
    let span = tracing::debug_span!(target: "cachekit", "l2", operation, function);
    performed.instrument(span).await
}

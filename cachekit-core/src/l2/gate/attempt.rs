//! One operation of a tier: under a permit of the breaker, within its time, and told to observers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::l2::breaker::{Edge, Permit, Verdict};
use crate::l2::{Backend, Fault, Reply};
use crate::sync::plain;
use crate::time::clock;
use crate::time::timer;

use super::Gate;

/// A permit that settles as given up when it is dropped.
struct Try<'a> {
    gate: &'a Arc<Gate>,
    permit: Option<Permit>,
}

impl Gate {
    pub(super) async fn attempt<'a, T>(
        self: &'a Arc<Self>,
        deadline: Instant,
        operation: impl FnOnce(&'a dyn Backend, Instant) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let permit = plain(&self.breaker).admit(clock::now()).ok_or(Fault::open())?;
        let tried = Try { gate: self, permit: Some(permit) };
        let done = timer::until(deadline, operation(self.backend(), deadline)).await;
        let result = done.unwrap_or(Err(Fault::timeout()));
        if result.is_err() {
            // Relaxed: a counter orders nothing.
            self.faults.fetch_add(1, Ordering::Relaxed);
        }
        tried.settle(match &result {
            Err(fault) if fault.is_outage() => Verdict::Failed,
            _ => Verdict::Answered,
        });
        result
    }

    /// Settles a permit and follows the breaker's edge.
    fn settle(self: &Arc<Self>, permit: Permit, verdict: Verdict) {
        let edge = plain(&self.breaker).settle(permit, verdict, clock::now());
        match edge {
            Some(Edge::Opened) => self.lost(Fault::open()),
            // Half open is left by the prober, which raises the edge itself.
            Some(Edge::Closed) | None => {}
        }
    }
}

impl Try<'_> {
    fn settle(mut self, verdict: Verdict) {
        if let Some(permit) = self.permit.take() {
            self.gate.settle(permit, verdict);
        }
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.gate.settle(permit, Verdict::GivenUp);
            // A caller that gives up early says nothing of the tier, and a tier that hangs makes
            // every impatient caller give up early: so somebody patient must ask.
            self.gate.check_in_background();
        }
    }
}

/// Tells the observers of an operation.
pub(super) fn observe(
    backend: &'static str,
    name: &'static str,
    took: Duration,
    fault: Option<&Fault>,
) {
    #[cfg(feature = "metrics")]
    crate::observe::recorder::took(backend, name, took);
    #[cfg(feature = "tracing")]
    if let Some(fault) = fault {
        crate::observe::trace::failed(backend, name, &fault.to_string());
    }
    let _ = (backend, name, took, fault);
}

//! A visit to a tier: the way of one call or change through the gate, which an end waits for.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::l2::{Backend, Fault, Place, Reply};
use crate::observe::trace;

use super::{Budget, Gate};

/// The way to a tier of one call or change, or of what it left behind.
#[derive(Debug)]
pub(crate) struct Visit {
    gate: Arc<Gate>,
    /// Whose call it is.
    function: &'static str,
}

impl Gate {
    /// Lets a call or a change of a function in.
    ///
    /// # Errors
    ///
    /// Where the runtime is being shut down, or was.
    pub(crate) fn enter(self: &Arc<Self>, function: &'static str) -> Result<Visit, Fault> {
        // SeqCst with the store and the loads of the end: it counts this visit, or this sees it.
        self.visits.fetch_add(1, Ordering::SeqCst);
        let visit = Visit { gate: Arc::clone(self), function };
        if self.ending.load(Ordering::SeqCst) { Err(Fault::shut_down()) } else { Ok(visit) }
    }
}

impl Visit {
    /// As [`Gate::run`], for the function.
    pub(crate) async fn run<'a, T>(
        &'a self,
        place: &Place,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend, Instant) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let run = self.gate.run(place, budget, name, operation);
        trace::operation(name, self.function, run).await
    }

    /// As [`Gate::run_anyway`], for the function.
    pub(crate) async fn run_anyway<'a, T>(
        &'a self,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend, Instant) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let run = self.gate.run_anyway(budget, name, operation);
        trace::operation(name, self.function, run).await
    }
}

impl Clone for Visit {
    /// Whoever is inside may stay for as long as is left: what it leaves behind is waited for too.
    fn clone(&self) -> Self {
        self.gate.visits.fetch_add(1, Ordering::SeqCst);
        Self { gate: Arc::clone(&self.gate), function: self.function }
    }
}

impl Deref for Visit {
    type Target = Arc<Gate>;

    fn deref(&self) -> &Arc<Gate> {
        &self.gate
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if self.gate.visits.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.gate.calms();
        }
    }
}

//! The one way to a tier: fails fast while it is away, bounds every operation, counts what fails.
//!
//! ```text
//!              first ping answers
//!   Starting ----------------------> Up <------------------------+
//!      |                             | breaker opens, or         | debts settled or slow,
//!      | first ping fails            | the tier says it is lost  | breaker closed
//!      +---------------------------> Down --- probe answers -----+
//! ```
//!
//! From each of them the runtime's end leads to Ended, and nothing leads out of that.

mod attempt;
mod availability;
mod debts;
mod ending;
mod leavings;
mod recover;
#[cfg(all(test, feature = "l2", feature = "testing"))]
mod tests;
mod visit;

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::guards::Guard;
use crate::l2::breaker::{Breaker, Thresholds};
use crate::l2::io::Notify;
use crate::l2::outage::Outage;
use crate::observe::edges::Edges;
use crate::observe::event::{EventKind, Sink};
use crate::policy::Mode;
use crate::sync::plain;
use crate::time::clock::{self, Clock};
use crate::time::timer;

pub(crate) use availability::Report;
pub(crate) use visit::Visit;

use availability::Line;
use recover::Relapses;

use super::owed::Ledger;
use super::{Backend, Fault, Place, Reply, Spawn, TierTime};

/// The one way to a tier.
pub(crate) struct Gate {
    backend: Arc<dyn Backend>,
    breaker: Mutex<Breaker>,
    line: Mutex<Line>,
    /// Tells of edges of `line`.
    known: Notify,
    /// The number of the outage, odd while one lasts. Written under `line`; read by every call.
    /// Acquire and Release, so that who sees an outage over sees the debts of it settled.
    outage: AtomicU32,
    ledger: Ledger,
    settling: AtomicBool,
    /// Whether the tier said that it is lost while it was known to be.
    lost_again: AtomicBool,
    checking: AtomicBool,
    relapses: Mutex<Relapses>,
    op_timeout: Duration,
    /// Whose threads serve the tier.
    process: u32,
    clock: Clock,
    sink: Sink,
    /// Operations that the tier was asked for and did not serve.
    faults: AtomicU64,
    /// Fillers that are being taken back.
    left: AtomicUsize,
    /// Calls, changes and what they left behind, which an end waits for.
    visits: AtomicUsize,
    /// Whether the runtime is being shut down, and nobody enters any more.
    ending: AtomicBool,
    /// Tells that the last visit has gone, or the last debt.
    quiet: Notify,
    spawner: Arc<dyn Spawn>,
    /// The modes of the functions that came here, for the events.
    modes: Mutex<BTreeSet<String>>,
    /// Edges of `line`, written under it.
    edges: Edges,
}

/// What one call may still spend on its cache operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget(Duration);

impl Budget {
    /// When it is spent, if it is spent from now on.
    pub(crate) fn end(&self) -> Instant {
        clock::now() + self.0
    }
}

/// What a gate is made of.
pub(crate) struct Parts {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) thresholds: Thresholds,
    pub(crate) op_timeout: Duration,
    pub(crate) clock: Clock,
    pub(crate) sink: Sink,
    pub(crate) spawner: Arc<dyn Spawn>,
}

impl Gate {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let gate = Arc::new(Self {
            backend: parts.backend,
            breaker: Mutex::new(Breaker::new(parts.thresholds)),
            line: Mutex::new(Line::Starting),
            known: Notify::new(),
            outage: AtomicU32::new(0),
            ledger: Ledger::default(),
            settling: AtomicBool::new(false),
            lost_again: AtomicBool::new(false),
            checking: AtomicBool::new(false),
            relapses: Mutex::new(Relapses::new(parts.thresholds.recovery)),
            op_timeout: parts.op_timeout,
            process: process::id(),
            clock: parts.clock,
            sink: parts.sink,
            faults: AtomicU64::new(0),
            left: AtomicUsize::new(0),
            visits: AtomicUsize::new(0),
            ending: AtomicBool::new(false),
            quiet: Notify::new(),
            spawner: parts.spawner,
            modes: Mutex::default(),
            edges: Edges::default(),
        });
        let weak = Arc::downgrade(&gate);
        gate.backend.watch(Arc::new(move |fault| {
            if let Some(gate) = weak.upgrade() {
                gate.lost(fault);
            }
        }));
        let weak = Arc::downgrade(&gate);
        gate.backend.watch_clock(Arc::new(move |unsound| {
            if let Some(gate) = weak.upgrade() {
                gate.sink.raise(&gate.event(EventKind::ClockUnsound).saying(unsound));
            }
        }));
        gate
    }

    /// What one call may spend.
    pub(crate) fn budget(&self) -> Budget {
        Budget(self.op_timeout)
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// The tier, for whoever looks past the gate.
    #[cfg(feature = "testing")]
    pub(crate) fn tier(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.backend)
    }

    /// The outage that lasts now, if one does.
    pub(crate) fn outage(&self) -> Option<Outage> {
        let number = self.outage.load(Ordering::Acquire);
        if number % 2 == 1 { NonZeroU32::new(number).map(Outage) } else { None }
    }

    /// Remembers the mode of a function that comes here.
    pub(crate) fn serves(&self, mode: Mode) {
        plain(&self.modes).insert(mode.to_string());
    }

    /// Performs one operation, unless the tier is away or the place depends on a change that is owed.
    ///
    /// The operation ends within the budget, whatever the tier does, and is told when that is; the
    /// budget shrinks by the time it took.
    pub(crate) async fn run<'a, T>(
        self: &'a Arc<Self>,
        place: &Place,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend, Instant) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        self.is_of_this_process()?;
        if Guard::DebtBlocks.holds() && self.ledger.touches(place) {
            return Err(Fault::owed());
        }
        self.run_anyway(budget, name, operation).await
    }

    /// As [`Gate::run`], also where a change is owed: for what revokes rather than reads.
    pub(crate) async fn run_anyway<'a, T>(
        self: &'a Arc<Self>,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend, Instant) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let started = clock::now();
        let deadline = started + budget.0;
        let result = match self.known(deadline).await {
            Ok(()) => self.attempt(deadline, operation).await,
            Err(fault) => Err(fault),
        };
        let took = clock::now().saturating_duration_since(started);
        budget.0 = budget.0.saturating_sub(took);
        attempt::observe(self.backend.name(), name, took, result.as_ref().err());
        result
    }

    /// The tier's own time, once it has told it.
    pub(crate) async fn time(self: &Arc<Self>, budget: &mut Budget) -> Result<TierTime, Fault> {
        let started = clock::now();
        let known = self.known(started + budget.0).await;
        budget.0 = budget.0.saturating_sub(clock::now().saturating_duration_since(started));
        known.map(|()| self.backend.time())
    }

    /// In a child made by `fork` nobody would ever answer, and a lock that one of the parent's threads
    /// held stays locked: there nothing of the gate is touched.
    pub(crate) fn is_of_this_process(&self) -> Result<(), Fault> {
        if self.process == process::id() { Ok(()) } else { Err(Fault::forked()) }
    }

    /// Waits until it is known whether the tier is there; fails fast while it is not.
    async fn known(&self, deadline: Instant) -> Result<(), Fault> {
        self.is_of_this_process()?;
        let told = async {
            loop {
                // Whoever waits from before a look misses no edge after it.
                let known = self.known.notified();
                match *plain(&self.line) {
                    Line::Up => return Ok(()),
                    Line::Down { .. } => return Err(Fault::down()),
                    Line::Ended { .. } => return Err(Fault::shut_down()),
                    Line::Starting => {}
                }
                known.await;
            }
        };
        timer::until(deadline, told).await.unwrap_or(Err(Fault::timeout()))
    }

    pub(crate) fn sink(&self) -> &Sink {
        &self.sink
    }

    /// Starts work that nobody waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.spawner.spawn(Box::pin(work));
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("backend", &self.backend).finish_non_exhaustive()
    }
}

//! The one way to a tier: fails fast while it is away, bounds every operation, counts what fails.
//!
//! ```text
//!              first ping answers
//!   Starting ----------------------> Up <------------------------+
//!      |                             | breaker opens, or         | debts settled,
//!      | first ping fails            | the tier says it is lost  | breaker closed
//!      +---------------------------> Down --- probe answers -----+
//! ```

mod recover;

use std::collections::BTreeSet;
use std::fmt;
use std::future::poll_fn;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use crate::breaker::{Breaker, Edge, Permit, Reading, Thresholds, Verdict};
use crate::clock::{self, Clock};
use crate::entry::Outage;
use crate::event::{Event, EventKind, Sink};
use crate::policy::Mode;
use crate::sync::plain;
use crate::timer;

use recover::Relapses;

use super::owed::Owed;
use super::{Backend, Fault, Place, Reply, Spawn};

/// The one way to a tier.
pub(crate) struct Gate {
    backend: Arc<dyn Backend>,
    breaker: Mutex<Breaker>,
    line: Mutex<Line>,
    /// The number of the outage, odd while one lasts. Written under `line`; read by every call.
    /// Acquire and Release, so that who sees an outage over sees the debts of it settled.
    outage: AtomicU32,
    owed: Owed,
    settling: AtomicBool,
    checking: AtomicBool,
    relapses: Mutex<Relapses>,
    op_timeout: Duration,
    clock: Clock,
    sink: Sink,
    spawner: Arc<dyn Spawn>,
    /// The modes of the functions that came here, for the events.
    modes: Mutex<BTreeSet<String>>,
}

/// Whether the tier is there.
#[derive(Debug)]
enum Line {
    /// Nobody knows yet; these wait to know.
    Starting(Vec<Waker>),
    Up,
    Down {
        since: Instant,
        why: Fault,
    },
}

/// What one call may still spend on its cache operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget(Duration);

/// A permit that settles as given up when it is dropped.
struct Try<'a> {
    gate: &'a Arc<Gate>,
    permit: Option<Permit>,
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

/// The state of a gate, for reports.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) up: bool,
    pub(crate) starting: bool,
    pub(crate) why: Option<String>,
    pub(crate) away_for: Option<Duration>,
    pub(crate) breaker: Reading,
    pub(crate) owed: usize,
}

impl Gate {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let gate = Arc::new(Self {
            backend: parts.backend,
            breaker: Mutex::new(Breaker::new(parts.thresholds)),
            line: Mutex::new(Line::Starting(Vec::new())),
            outage: AtomicU32::new(0),
            owed: Owed::default(),
            settling: AtomicBool::new(false),
            checking: AtomicBool::new(false),
            relapses: Mutex::new(Relapses::new(parts.thresholds.recovery)),
            op_timeout: parts.op_timeout,
            clock: parts.clock,
            sink: parts.sink,
            spawner: parts.spawner,
            modes: Mutex::default(),
        });
        let weak = Arc::downgrade(&gate);
        gate.backend.watch(Arc::new(move |fault| {
            if let Some(gate) = weak.upgrade() {
                gate.lost(fault);
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

    /// The outage that lasts now, if one does.
    pub(crate) fn outage(&self) -> Option<Outage> {
        let number = self.outage.load(Ordering::Acquire);
        if number % 2 == 1 { NonZeroU32::new(number).map(Outage) } else { None }
    }

    /// Remembers the mode of a function that comes here.
    pub(crate) fn serves(&self, mode: Mode) {
        plain(&self.modes).insert(mode.to_string());
    }

    /// Performs one operation, unless the tier is away or owed a bump that the place depends on.
    ///
    /// The operation ends within the budget, whatever the tier does; the budget shrinks by the
    /// time it took.
    pub(crate) async fn run<'a, T>(
        self: &'a Arc<Self>,
        place: &Place,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        if self.owed.touches(place) {
            return Err(Fault::owed());
        }
        self.run_anyway(budget, name, operation).await
    }

    /// As [`Gate::run`], also where a bump is owed: for what revokes rather than reads.
    pub(crate) async fn run_anyway<'a, T>(
        self: &'a Arc<Self>,
        budget: &mut Budget,
        name: &'static str,
        operation: impl FnOnce(&'a dyn Backend) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let started = clock::now();
        let deadline = started + budget.0;
        let result = match self.known(deadline).await {
            Ok(()) => self.attempt(deadline, operation).await,
            Err(fault) => Err(fault),
        };
        let took = clock::now().saturating_duration_since(started);
        budget.0 = budget.0.saturating_sub(took);
        self.observe(name, took, result.as_ref().err());
        result
    }

    /// Tells the observers of an operation.
    fn observe(&self, name: &'static str, took: Duration, fault: Option<&Fault>) {
        #[cfg(feature = "metrics")]
        crate::record::took(self.backend.name(), name, took);
        #[cfg(feature = "tracing")]
        if let Some(fault) = fault {
            crate::trace::failed(self.backend.name(), name, &fault.to_string());
        }
        let _ = (name, took, fault);
    }

    async fn attempt<'a, T>(
        self: &'a Arc<Self>,
        deadline: Instant,
        operation: impl FnOnce(&'a dyn Backend) -> Reply<'a, T>,
    ) -> Result<T, Fault> {
        let permit = plain(&self.breaker).admit(clock::now()).ok_or(Fault::open())?;
        let tried = Try { gate: self, permit: Some(permit) };
        let done = timer::until(deadline, operation(self.backend())).await;
        let result = done.unwrap_or(Err(Fault::timeout()));
        tried.settle(match &result {
            Err(fault) if fault.is_outage() => Verdict::Failed,
            _ => Verdict::Answered,
        });
        result
    }

    /// Waits until it is known whether the tier is there; fails fast while it is not.
    async fn known(&self, deadline: Instant) -> Result<(), Fault> {
        let told = timer::until(
            deadline,
            poll_fn(|cx| match &mut *plain(&self.line) {
                Line::Up => Poll::Ready(Ok(())),
                Line::Down { .. } => Poll::Ready(Err(Fault::down())),
                Line::Starting(waiting) => {
                    if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                        waiting.push(cx.waker().clone());
                    }
                    Poll::Pending
                }
            }),
        );
        told.await.unwrap_or(Err(Fault::timeout()))
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

    /// The tier is gone.
    pub(crate) fn lost(self: &Arc<Self>, why: Fault) {
        let mut line = plain(&self.line);
        let kind = match &*line {
            Line::Down { .. } => return,
            Line::Starting(_) => EventKind::UnavailableAtStartup,
            Line::Up => EventKind::UnavailableAtRuntime,
        };
        let detail = why.to_string();
        let before = std::mem::replace(&mut *line, Line::Down { since: clock::now(), why });
        self.outage.fetch_add(1, Ordering::Release);
        drop(line);
        self.sink.raise(&self.event(kind).detail(detail));
        wake(before);
        self.recover_in_background();
    }

    /// The tier is there, and nothing is owed to it.
    pub(crate) fn found(&self) {
        let mut line = plain(&self.line);
        if matches!(*line, Line::Up) {
            return;
        }
        plain(&self.breaker).close();
        let before = std::mem::replace(&mut *line, Line::Up);
        let recovered = match &before {
            Line::Down { since, .. } => Some(clock::now().saturating_duration_since(*since)),
            _ => None,
        };
        if recovered.is_some() {
            self.outage.fetch_add(1, Ordering::Release);
            plain(&self.relapses).recovered(clock::now());
        }
        drop(line);
        if let Some(away) = recovered {
            let detail = format!("away for {:.1} s", away.as_secs_f64());
            self.sink.raise(&self.event(EventKind::Recovered).detail(detail));
        }
        wake(before);
    }

    pub(crate) fn event(&self, kind: EventKind) -> Event {
        let modes: Vec<_> = plain(&self.modes).iter().cloned().collect();
        let modes = (!modes.is_empty()).then(|| modes.join(","));
        Event::new(kind, self.backend.name(), self.clock.wall()).mode(modes)
    }

    pub(crate) fn sink(&self) -> &Sink {
        &self.sink
    }

    /// Starts work that nobody waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.spawner.spawn(Box::pin(work));
    }

    /// The state, read without changing it.
    pub(crate) fn report(&self) -> Report {
        let (up, starting, why, away_for) = match &*plain(&self.line) {
            Line::Up => (true, false, None, None),
            Line::Starting(_) => (false, true, None, None),
            Line::Down { since, why } => {
                let away = clock::now().saturating_duration_since(*since);
                (false, false, Some(why.to_string()), Some(away))
            }
        };
        let breaker = plain(&self.breaker).read();
        Report { up, starting, why, away_for, breaker, owed: self.owed.len() }
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

fn wake(line: Line) {
    if let Line::Starting(waiting) = line {
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("backend", &self.backend).finish_non_exhaustive()
    }
}

//! The gate's work in the background: the first ping, and probes of a lost tier.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::l2::breaker::Verdict;
use crate::l2::{Fault, Reply};
use crate::random;
use crate::sync::plain;
use crate::time::clock;
use crate::time::timer;

use super::Gate;

/// The first pause between two tries. A tier that only restarted is back by then.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause: what a recovery may be late by, and what a thousand processes may cost a
/// server that struggles to its feet.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Gate {
    /// Asks the tier for the first time, and opens or closes the gate accordingly.
    pub(crate) async fn start(self: &Arc<Self>) {
        match self.ask().await {
            Ok(()) => self.found(),
            Err(fault) => self.lost(fault),
        }
    }

    /// Asks the tier whether it is there.
    pub(crate) async fn ask(&self) -> Result<(), Fault> {
        let deadline = clock::now() + self.op_timeout;
        let asked = timer::until(deadline, unwound(|| self.backend.ping())).await;
        asked.unwrap_or(Err(Fault::timeout()))
    }

    /// Tries a tier whose breaker is open as often as that asks for.
    async fn try_out(&self) -> Result<(), Fault> {
        let tries = plain(&self.breaker).half_open();
        for _ in 0..tries {
            let permit = plain(&self.breaker).admit(clock::now()).ok_or(Fault::open())?;
            let asked = self.ask().await;
            let verdict = if asked.is_ok() { Verdict::Answered } else { Verdict::Failed };
            // Nobody else has a permit while the tier is away, so the edge is this loop's own.
            let _edge = plain(&self.breaker).settle(permit, verdict, clock::now());
            asked?;
        }
        Ok(())
    }

    /// Probes until the tier answers.
    ///
    /// Debts are settled first, for as long as one operation may take; what is left then blocks what
    /// it is of, and nothing else.
    pub(super) fn recover_in_background(self: &Arc<Self>) {
        let gate = Arc::clone(self);
        self.spawn(async move {
            let mut pause = plain(&gate.relapses).lost(clock::now());
            loop {
                pause.wait().await;
                gate.lost_again.store(false, Ordering::Release);
                if gate.ask().await.is_ok() && gate.try_out().await.is_ok() {
                    let most = clock::now() + gate.op_timeout;
                    drop(timer::until(most, gate.settle_debts()).await);
                    gate.found();
                    if gate.lost_again.load(Ordering::Acquire) {
                        // The tier was lost between its answer and the edge.
                        gate.lost(Fault::unreachable("the connection was lost"));
                    }
                    gate.settle_in_background();
                    return;
                }
            }
        });
    }

    /// Asks the tier once, so that a hang shows although no caller waits long enough to see it.
    pub(super) fn check_in_background(self: &Arc<Self>) {
        if self.checking.swap(true, Ordering::AcqRel) {
            return;
        }
        let gate = Arc::clone(self);
        self.spawn(async move {
            let mut budget = gate.budget();
            // The gate has counted whatever came of it.
            drop(gate.run_anyway(&mut budget, "ping", |backend, _| backend.ping()).await);
            gate.checking.store(false, Ordering::Release);
        });
    }
}

/// What a tier of somebody else's answers, or that it panicked: what runs in the background must
/// outlive that.
pub(super) async fn unwound<'a, T>(operation: impl FnOnce() -> Reply<'a, T>) -> Result<T, Fault> {
    let panicked = || Fault::unreachable("the backend panicked");
    let Ok(mut reply) = catch_unwind(AssertUnwindSafe(operation)) else { return Err(panicked()) };
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| reply.as_mut().poll(cx)));
        polled.unwrap_or_else(|_panic| Poll::Ready(Err(panicked())))
    })
    .await
}

/// Exponential back-off with full jitter, so that the processes of a fleet do not return in step.
pub(super) struct Pause(Duration);

/// Remembers recoveries that did not last, so that a tier which answers the probe and fails the
/// work is tried ever more seldom instead of going up and down with every probe.
#[derive(Debug)]
pub(super) struct Relapses {
    /// An outage this soon after a recovery is a relapse.
    soon: Duration,
    in_a_row: u32,
    recovered: Option<Instant>,
}

impl Relapses {
    pub(super) fn new(soon: Duration) -> Self {
        Self { soon, in_a_row: 0, recovered: None }
    }

    pub(super) fn recovered(&mut self, now: Instant) {
        self.recovered = Some(now);
    }

    fn lost(&mut self, now: Instant) -> Pause {
        let relapse =
            self.recovered.is_some_and(|at| now.saturating_duration_since(at) < self.soon);
        self.in_a_row = if relapse { self.in_a_row.saturating_add(1) } else { 0 };
        // Seven doublings of the first pause exceed the longest.
        let pause = FIRST_PAUSE * 2_u32.pow(self.in_a_row.min(7));
        Pause(pause.min(LONGEST_PAUSE))
    }
}

impl Pause {
    pub(super) fn first() -> Self {
        Self(FIRST_PAUSE)
    }

    pub(super) async fn wait(&mut self) {
        let pause = self.0.mul_f64(0.5 + random::fraction() / 2.0);
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
        timer::sleep_until(clock::now() + pause).await;
    }
}

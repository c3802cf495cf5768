//! What the gate does in the background: the first ping, probes of a lost tier, owed bumps.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::clock;
use crate::event::EventKind;
use crate::sync::plain;
use crate::timer;

use super::super::Fault;
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
        timer::until(deadline, self.backend.ping()).await.unwrap_or(Err(Fault::timeout()))
    }

    /// Owes these generations a bump, and sees to it.
    pub(crate) fn owe(self: &Arc<Self>, generations: Vec<String>, tenant: Option<&str>) {
        // Once a debt, not once a caller who adds to it.
        if self.owed.owe(generations) {
            let pending = self.event(EventKind::InvalidationPending).of_tenant(tenant);
            self.sink.raise(&pending.saying("L2 did not confirm an invalidation; it is owed"));
        }
        self.settle_in_background();
    }

    /// Probes until the tier answers and every debt is settled.
    pub(super) fn recover_in_background(self: &Arc<Self>) {
        let gate = Arc::clone(self);
        self.spawn(async move {
            let mut pause = plain(&gate.relapses).lost(clock::now());
            loop {
                pause.wait().await;
                gate.lost_again.store(false, Ordering::Release);
                if gate.ask().await.is_ok() && gate.settle_debts().await.is_ok() {
                    gate.found();
                    if gate.lost_again.load(Ordering::Acquire) {
                        // The tier was lost between its answer and the edge.
                        gate.lost(Fault::unreachable("the connection was lost"));
                    }
                    // A debt that came after the bill was settled has nobody else to settle it.
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

    /// Settles the debts while the tier is there; while it is not, the prober does.
    fn settle_in_background(self: &Arc<Self>) {
        if self.settling.swap(true, Ordering::AcqRel) {
            return;
        }
        let gate = Arc::clone(self);
        self.spawn(async move {
            let mut pause = Pause(FIRST_PAUSE);
            while gate.owed.len() > 0 && gate.outage().is_none() {
                if gate.settle_debts().await.is_err() {
                    pause.wait().await;
                }
            }
            gate.settling.store(false, Ordering::Release);
            // A debt that came between the last look and the flag found somebody settling.
            if gate.owed.len() > 0 && gate.outage().is_none() {
                gate.settle_in_background();
            }
        });
    }

    async fn settle_debts(self: &Arc<Self>) -> Result<(), Fault> {
        let bill = self.owed.bill();
        if bill.generations.is_empty() {
            return Ok(());
        }
        let deadline = clock::now() + self.op_timeout;
        let bumped = timer::until(deadline, self.backend.bump(&bill.generations)).await;
        bumped.unwrap_or(Err(Fault::timeout()))?;
        self.owed.settle(&bill);
        Ok(())
    }
}

/// Exponential back-off with full jitter, so that the processes of a fleet do not return in step.
struct Pause(Duration);

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
    async fn wait(&mut self) {
        let pause = self.0.mul_f64(jitter());
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
        timer::sleep_until(clock::now() + pause).await;
    }
}

/// Between one half and one.
fn jitter() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    #[expect(clippy::cast_precision_loss, reason = "a jitter needs no last bits")]
    let share = (RandomState::new().hash_one(0_u8) >> 11) as f64 / (1_u64 << 53) as f64;
    0.5 + share / 2.0
}

//! The gate's end: whoever is inside is waited for, nobody enters any more, and nothing is asked after it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::l2::outage::Outage;
use crate::sync::plain;
use crate::time::clock;
use crate::time::timer;

use super::Gate;
use super::availability::Line;

impl Gate {
    /// The outage that whoever would enter now is in: one without end, once nobody may.
    pub(crate) fn outage_outside(&self) -> Option<Outage> {
        let ends = self.ending.load(Ordering::SeqCst);
        if ends { Some(Outage::FOR_EVER) } else { self.outage() }
    }

    /// Lets nobody in any more, and waits for whoever is inside and for the debts, until the deadline;
    /// then nothing is asked of the tier again.
    ///
    /// Answers how many debts and how many visits are left; `None` in a child made by `fork`, where
    /// nothing is to be ended: all of it is the parent's.
    pub(crate) async fn end(self: &Arc<Self>, deadline: Instant) -> Option<(usize, usize)> {
        self.is_of_this_process().ok()?;
        self.ending.store(true, Ordering::SeqCst);
        self.settle_in_background();
        let quiet = async {
            loop {
                // Whoever waits from before a look misses no word after it.
                let told = self.quiet.notified();
                if self.has_ended() || self.left_inside() == (0, 0) {
                    return;
                }
                told.await;
            }
        };
        let _late = timer::until(deadline, quiet).await;
        let left = self.left_inside();
        self.close();
        Some(left)
    }

    /// Whether nothing is asked of the tier any more.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(*plain(&self.line), Line::Ended { .. })
    }

    /// Debts, and visits that are not over.
    ///
    /// The visits first: one that owes does so before it is over.
    fn left_inside(&self) -> (usize, usize) {
        let visits = self.visits.load(Ordering::SeqCst);
        (self.ledger.len(), visits)
    }

    fn close(&self) {
        let mut line = plain(&self.line);
        if matches!(*line, Line::Ended { .. }) {
            return;
        }
        let before = std::mem::replace(&mut *line, Line::Ended { since: clock::now() });
        if !matches!(before, Line::Down { .. }) {
            // The outage that never ends.
            self.outage.fetch_add(1, Ordering::Release);
        }
        drop(line);
        self.known.notify_waiters();
        self.quiet.notify_waiters();
    }

    /// Tells an end that waits that there may be nothing left to wait for.
    pub(super) fn calms(&self) {
        if self.ending.load(Ordering::SeqCst) {
            self.quiet.notify_waiters();
        }
    }
}

//! Fillers that callers leave behind in the tier when they go, which are taken back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::guards::Guard;
use crate::l2::{Claim, Place};
use crate::time::clock;
use crate::time::timer;

use super::Visit;
use super::recover::Pause;

/// Fillers that are being taken back at a time. What is left beyond ends with its own life.
const MOST: usize = 1024;

/// How long taking back is tried while the tier does not serve.
const PATIENCE: Duration = Duration::from_secs(2 * 60);

/// How much later than its end an operation is known to be obeyed no more: the tier tells its time
/// in whole milliseconds.
pub(super) const GRAIN: Duration = Duration::from_millis(2);

impl Visit {
    /// Takes a filler back in the background; where its registration may still be obeyed, from when
    /// it is no more.
    pub(crate) fn take_back(&self, place: Arc<Place>, claim: Claim, until: Option<Instant>) {
        // Relaxed: a bound that is a little off bounds as well.
        if self.left.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.left.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let gate = self.clone();
        let until = until.filter(|_| Guard::TakeBackDate.holds());
        self.spawn(async move {
            if let Some(until) = until {
                timer::sleep_until(until + GRAIN).await;
            }
            let (last, mut pause) = (clock::now() + PATIENCE, Pause::first());
            loop {
                let mut budget = gate.budget();
                let abort = gate
                    .run_anyway(&mut budget, "abort", |backend, _| backend.abort(&place, &claim));
                if abort.await.is_ok() || clock::now() >= last {
                    break;
                }
                pause.wait().await;
            }
            gate.left.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

//! A node of a simulation: its clocks, and who waits for them.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::{Duration, SystemTime};

/// Waits by the node's monotonic time, and by a number.
type Waits = BTreeMap<(Duration, u64), Waker>;

/// A node.
#[derive(Default)]
pub(super) struct Node {
    /// How long it was suspended in all, before it is now.
    skipped: Duration,
    /// Since when it is suspended, by the simulation's time.
    suspended: Option<Duration>,
    ahead: Duration,
    behind: Duration,
    dead: bool,
    waits: Waits,
}

impl Node {
    /// Whether its tasks have their turns.
    pub(super) fn runs(&self) -> bool {
        !self.dead && self.suspended.is_none()
    }

    pub(super) fn is_dead(&self) -> bool {
        self.dead
    }

    pub(super) fn monotonic(&self, now: Duration) -> Duration {
        self.suspended.unwrap_or(now).saturating_sub(self.skipped)
    }

    pub(super) fn wall(&self, now: SystemTime) -> SystemTime {
        now + self.ahead - self.behind
    }

    pub(super) fn step(&mut self, step: Duration, back: bool) {
        if back {
            self.behind += step;
        } else {
            self.ahead += step;
        }
    }

    pub(super) fn suspend(&mut self, now: Duration, suspended: bool) {
        match (self.suspended, suspended) {
            (None, true) => self.suspended = Some(now),
            (Some(since), false) => {
                self.skipped += now.saturating_sub(since);
                self.suspended = None;
            }
            _ => {}
        }
    }

    #[must_use = "wakers are dropped under no lock"]
    pub(super) fn kill(&mut self) -> Waits {
        self.dead = true;
        std::mem::take(&mut self.waits)
    }

    #[must_use = "a waker is dropped under no lock"]
    pub(super) fn wait(&mut self, place: (Duration, u64), waker: Waker) -> Option<Waker> {
        if self.dead {
            return Some(waker);
        }
        self.waits.insert(place, waker)
    }

    #[must_use = "a waker is dropped under no lock"]
    pub(super) fn forget(&mut self, place: (Duration, u64)) -> Option<Waker> {
        self.waits.remove(&place)
    }

    /// When somebody is to be woken, by the simulation's time.
    pub(super) fn due(&self) -> Option<Duration> {
        if !self.runs() {
            return None;
        }
        self.waits.first_key_value().map(|((at, _), _)| *at + self.skipped)
    }

    /// Those whose time has come.
    pub(super) fn come_due(&mut self, now: Duration) -> Vec<Waker> {
        if !self.runs() {
            return Vec::new();
        }
        let later = self.waits.split_off(&(now.saturating_sub(self.skipped), u64::MAX));
        std::mem::replace(&mut self.waits, later).into_values().collect()
    }
}

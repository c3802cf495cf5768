//! What was counted, so that a run which checked next to nothing is found out.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::rule::{Outcome, Seen, What};

/// What was counted. Each number is of one sort of operation.
#[derive(Debug, Default)]
pub struct Tally {
    /// Calls that ended.
    pub calls: Count,
    /// Calls that answered with an older row than the one that was true by then: each saw a change
    /// in progress, which is where a fault would show.
    pub older: Count,
    /// Calls that the cache refused.
    pub refused: Count,
    /// Calls whose future was dropped.
    pub dropped: Count,
    /// Changes that ended.
    pub changes: Count,
    /// Changes that were acknowledged.
    pub confirmed: Count,
    /// Changes that are owed.
    pub owed: Count,
    /// Changes whose future was dropped.
    pub given_up: Count,
    /// Refreshes that were acknowledged.
    pub refreshed: Count,
    /// Groups of updates of which none failed.
    pub updated: Count,
    /// Faults of the tier.
    pub faults: Count,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn again(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Tally {
    pub(super) fn answered(&self, seen: Seen, truth: u64) {
        self.calls.again();
        match seen {
            Seen::Refused => self.refused.again(),
            seen if seen.row().is_some_and(|row| row < truth) => self.older.again(),
            _ => {}
        }
    }

    pub(super) fn changed(&self, what: What, outcome: Outcome) {
        self.changes.again();
        match outcome {
            Outcome::Confirmed | Outcome::Put(_) => self.confirmed.again(),
            Outcome::Owed => self.owed.again(),
            Outcome::GivenUp => self.given_up.again(),
            Outcome::Unknown => {}
        }
        match (what, outcome) {
            (What::Refresh, Outcome::Put(_)) => self.refreshed.again(),
            (What::Update, Outcome::Confirmed) => self.updated.again(),
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("calls", &self.calls),
            ("older", &self.older),
            ("refused", &self.refused),
            ("dropped", &self.dropped),
            ("changes", &self.changes),
            ("confirmed", &self.confirmed),
            ("owed", &self.owed),
            ("given up", &self.given_up),
            ("refreshed", &self.refreshed),
            ("updated", &self.updated),
            ("faults", &self.faults),
        ];
        let parts: Vec<_> =
            parts.iter().map(|(name, count)| format!("{} {name}", count.get())).collect();
        f.write_str(&parts.join(", "))
    }
}

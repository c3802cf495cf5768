//! A floor: the oldest row that may be seen, and the change that raised it, in one word.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::rule::{Outcome, What};

/// The oldest row that a call may see, and what promised it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Floor(u64);

/// A floor that only rises. The row is in the high bits, so the greater word is the newer row.
#[derive(Debug, Default)]
pub(super) struct Rising(AtomicU64);

/// What promised a row: the change, how it ended, and on which node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause(u64);

const WHATS: [What; 6] =
    [What::Invalidate, What::Tenant, What::All, What::Prime, What::Refresh, What::Update];
const ENDS: [&str; 3] = ["was confirmed", "is owed", "was given up"];
const NODES: u64 = 4;
const BITS: u32 = 8;

impl Floor {
    pub(super) fn new(row: u64, what: What, outcome: Outcome, node: usize) -> Self {
        let end = match outcome {
            Outcome::Owed => 1,
            Outcome::GivenUp => 2,
            Outcome::Confirmed | Outcome::Put(_) | Outcome::Unknown => 0,
        };
        let what = WHATS.iter().position(|other| *other == what).unwrap_or_default();
        let [what, node] = [what, node].map(|small| u64::try_from(small).unwrap_or_default());
        Self((row << BITS) | ((what * 3 + end) * NODES + node))
    }

    pub(super) fn row(self) -> u64 {
        self.0 >> BITS
    }

    pub(super) fn cause(self) -> Cause {
        Cause(self.0 & ((1 << BITS) - 1))
    }
}

impl Rising {
    pub(super) fn get(&self) -> Floor {
        Floor(self.0.load(SeqCst))
    }

    pub(super) fn raise(&self, floor: Floor) {
        self.0.fetch_max(floor.0, SeqCst);
    }

    /// Puts a floor in place; whether another stood there.
    pub(super) fn replace(&self, floor: Floor) -> bool {
        self.0.swap(floor.0, SeqCst) != floor.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = |number: u64| usize::try_from(number).unwrap_or_default();
        let (node, rest) = (self.0 % NODES, self.0 / NODES);
        let (what, end) = (WHATS[index(rest / 3)], ENDS[index(rest % 3)]);
        write!(f, "{what:?} of node {node} {end}")
    }
}

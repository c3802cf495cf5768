//! What happened to one key of late, to be read by whoever looks for the fault.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::rule::{Outcome, Seen, What};

/// Notes that are kept of changes, bodies and calls: enough to reason about an order, few enough to
/// be read.
const KEPT: [usize; 3] = [12, 6, 6];

/// What happened to one key of late.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Rings>);

/// A ring a sort, so that many calls do not push out the few changes.
type Rings = [VecDeque<Note>; 3];

/// One thing that happened, by the logical clock.
#[derive(Debug, Clone, Copy)]
struct Note {
    at: u64,
    said: Said,
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said {
    Raised { row: u64 },
    Begun { node: usize, what: What, row: u64 },
    Step { node: usize },
    Ended { node: usize, what: What, row: u64, outcome: Outcome, begun: u64 },
    Ran { node: usize, row: u64, fate: &'static str },
    Asked { node: usize, floor: u64 },
    Answered { node: usize, seen: Seen, begun: u64 },
}

impl History {
    pub(super) fn note(&self, at: u64, said: Said) {
        let mut rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sort = match said {
            Said::Raised { .. } | Said::Begun { .. } | Said::Step { .. } | Said::Ended { .. } => 0,
            Said::Ran { .. } => 1,
            Said::Asked { .. } | Said::Answered { .. } => 2,
        };
        let ring = &mut rings[sort];
        if ring.len() == KEPT[sort] {
            ring.pop_front();
        }
        ring.push_back(Note { at, said });
    }

    /// The notes in their order, a line each, the one at `marked` pointed at.
    pub(super) fn told(&self, marked: u64) -> String {
        let rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut notes: Vec<Note> = rings.iter().flatten().copied().collect();
        drop(rings);
        notes.sort_by_key(|note| note.at);
        let line = |note: &Note| {
            let arrow = if note.at == marked { "->" } else { "  " };
            format!("  {arrow} {:>8}  {}\n", note.at, note.said)
        };
        notes.iter().map(line).collect()
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Raised { row } => write!(f, "the row is {row} now"),
            Self::Begun { node, what, row } => {
                write!(f, "node {node}: {what:?} of row {row} begins")
            }
            Self::Ended { node, what, row, outcome, begun } => {
                write!(f, "node {node}: {what:?} of row {row}, begun at {begun}: {outcome:?}")
            }
            Self::Ran { node, row, fate } => {
                write!(f, "node {node}: a body reads row {row} and {fate}")
            }
            Self::Step { node } => write!(f, "node {node}: a step of the update begins"),
            Self::Asked { node, floor } => {
                write!(f, "node {node}: a call begins, {floor} or newer")
            }
            Self::Answered { node, seen, begun } => {
                write!(f, "node {node}: the call begun at {begun} ends: {seen:?}")
            }
        }
    }
}

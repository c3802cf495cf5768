//! What is known of when a change was sent, and of when it may be obeyed.

use std::time::Instant;

/// How a change was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// Before its first byte was.
    pub(crate) at: Instant,
    /// On which connection, if it was one all the while.
    pub(crate) on: Option<u64>,
}

/// A change that may be obeyed yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late {
    /// From then on it is not.
    pub(crate) until: Instant,
    /// The connection that it was sent on, if that is known.
    pub(crate) on: Option<u64>,
}

impl Late {
    /// Whether it may be obeyed after another change. What is sent later on the same connection is
    /// obeyed later.
    pub(super) fn may_follow(self, other: Sent) -> bool {
        let is_behind = self.on.is_some() && self.on == other.on;
        other.at < self.until && !is_behind
    }

    /// Whichever of two is obeyed last.
    pub(super) fn both(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
        let on = if one.on == other.on { one.on } else { None };
        Some(Self { until: one.until.max(other.until), on })
    }
}

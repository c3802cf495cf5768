//! What is known of the changes of one subject: those under way, and the newest that is owed.

use std::time::{Duration, Instant};

use super::super::sent::{Late, Sent};

/// How long a debt is left to another change of the same that is under way. One that takes longer
/// may have been forgotten by whoever began it.
const UNDER_WAY: Duration = Duration::from_secs(5);

/// What is known of changes of one subject.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Record {
    /// Changes under way, and when the newest began.
    pub(super) open: usize,
    pub(super) began: Option<Instant>,
    /// The newest change that is owed.
    pub(super) owed: Option<u64>,
    /// When nothing that was sent for what is owed can be obeyed any more, where that may be yet.
    pub(super) obeyed: Option<Late>,
    /// The newest that was confirmed, itself or by what covers it, while others are under way.
    pub(super) confirmed: u64,
}

impl Record {
    /// Whether it is owed only now.
    ///
    /// A later change that was confirmed covers it, unless it may be obeyed after that one.
    pub(super) fn owe(&mut self, serial: u64, obeyed: Option<Late>) -> bool {
        if serial <= self.confirmed && obeyed.is_none() {
            return false;
        }
        self.obeyed = Late::both(self.obeyed, obeyed);
        let before = self.owed.replace(self.owed.map_or(serial, |owed| owed.max(serial)));
        before.is_none()
    }

    /// Whether it was owed until now, and is not by a change that was sent so.
    ///
    /// What may be obeyed after that change is not covered by it.
    pub(super) fn confirm(&mut self, serial: u64, sent: Sent) -> bool {
        if self.obeyed.is_some_and(|late| late.may_follow(sent)) {
            return false;
        }
        self.confirmed = self.confirmed.max(serial);
        let confirmed = self.owed.take_if(|owed| *owed <= serial).is_some();
        if confirmed {
            self.obeyed = None;
        }
        confirmed
    }

    pub(super) fn is_needed(&self) -> bool {
        self.open > 0 || self.owed.is_some()
    }

    pub(super) fn is_due(&self, sent: Sent) -> bool {
        let under_way =
            |began: Instant| self.open > 0 && sent.at.saturating_duration_since(began) < UNDER_WAY;
        let may_be_obeyed = self.obeyed.is_some_and(|late| late.may_follow(sent));
        self.owed.is_some() && !may_be_obeyed && !self.began.is_some_and(under_way)
    }
}

//! Decides whether a tier may be tried; takes the time as an argument and holds no lock.
//!
//! ```text
//!            failures in a row reach the threshold
//!   closed ------------------------------------------> open
//!     ^                                                 | recovery time over
//!     | enough successes          any failure           v
//!     +------------------ half open <------------------ +
//!                             +--------- open again ---->
//! ```

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

/// When a tier counts as broken, and how it is tried again.
///
/// ```
/// use std::time::Duration;
/// use cachekit::Thresholds;
///
/// let patient = Thresholds { recovery: Duration::from_secs(10), ..Thresholds::default() };
/// assert_eq!(patient.failures, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Failures in a row that open the breaker.
    pub failures: u32,
    /// How long it stays open before callers may try again.
    pub recovery: Duration,
    /// How many may try at a time while it is half open, and how many must succeed to close it.
    pub probes: u32,
}

impl Thresholds {
    /// Three failures, thirty seconds, two probes: what a directory has unless told otherwise.
    pub const DISK: Self = Self { failures: 3, recovery: Duration::from_secs(30), probes: 2 };
}

impl Default for Thresholds {
    /// Five failures, sixty seconds, three probes.
    fn default() -> Self {
        Self { failures: 5, recovery: Duration::from_secs(60), probes: 3 }
    }
}

/// One breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    thresholds: Thresholds,
    state: State,
    /// Changes with every transition: a permit of an earlier cycle settles nothing.
    cycle: u64,
    /// The number of the next permit.
    next: u64,
    /// Permits below this were given before the last counted failure was known, so their
    /// failures are the same incident.
    counted: u64,
    opened: u64,
    last_failure: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { since: Instant },
    HalfOpen { trying: u32, succeeded: u32 },
}

/// Leave to try once; must be settled.
#[derive(Debug, Clone, Copy)]
#[must_use = "a permit that is not settled holds a probe's place"]
pub(crate) struct Permit {
    cycle: u64,
    number: u64,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The tier answered, whatever it said.
    Answered,
    /// The tier did not answer, or answered that it cannot serve.
    Failed,
    /// The try was given up before anything could be said of the tier.
    GivenUp,
}

/// A change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Opened,
    Closed,
}

/// What a reader may know of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `closed`, `open` or `half_open`.
    pub(crate) state: &'static str,
    pub(crate) failures: u32,
    pub(crate) successes: u32,
    pub(crate) opened: u64,
    pub(crate) last_failure: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new(thresholds: Thresholds) -> Self {
        let state = State::Closed { failures: 0 };
        Self { thresholds, state, cycle: 0, next: 0, counted: 0, opened: 0, last_failure: None }
    }

    /// Asks leave to try the tier.
    ///
    /// The passage from open to half open happens here, on the way that every caller takes.
    pub(crate) fn admit(&mut self, now: Instant) -> Option<Permit> {
        if let State::Open { since } = self.state
            && now.saturating_duration_since(since) >= self.thresholds.recovery
        {
            self.enter(State::HalfOpen { trying: 0, succeeded: 0 });
        }
        match &mut self.state {
            State::Closed { .. } => {}
            State::Open { .. } => return None,
            State::HalfOpen { trying, .. } if *trying >= self.thresholds.probes => return None,
            State::HalfOpen { trying, .. } => *trying += 1,
        }
        self.next += 1;
        Some(Permit { cycle: self.cycle, number: self.next - 1 })
    }

    /// Lets the tier be tried because it was seen to answer by other means; how many tries must
    /// succeed before it counts as mended.
    pub(crate) fn half_open(&mut self) -> u32 {
        match self.state {
            State::Closed { .. } => return 0,
            State::Open { .. } => self.enter(State::HalfOpen { trying: 0, succeeded: 0 }),
            State::HalfOpen { .. } => {}
        }
        self.thresholds.probes
    }

    /// Reports what came of a permitted try.
    pub(crate) fn settle(
        &mut self,
        permit: Permit,
        verdict: Verdict,
        now: Instant,
    ) -> Option<Edge> {
        if permit.cycle != self.cycle {
            return None;
        }
        if verdict == Verdict::Failed {
            self.last_failure = Some(now);
        }
        match (&mut self.state, verdict) {
            (State::Closed { failures }, Verdict::Answered) => *failures = 0,
            (State::Closed { failures }, Verdict::Failed) => {
                if permit.number >= self.counted {
                    *failures += 1;
                    self.counted = self.next;
                    if *failures >= self.thresholds.failures {
                        return Some(self.open(now));
                    }
                }
            }
            (State::HalfOpen { trying, succeeded }, Verdict::Answered) => {
                *trying -= 1;
                *succeeded += 1;
                if *succeeded >= self.thresholds.probes {
                    self.enter(State::Closed { failures: 0 });
                    return Some(Edge::Closed);
                }
            }
            (State::HalfOpen { .. }, Verdict::Failed) => return Some(self.open(now)),
            (State::HalfOpen { trying, .. }, Verdict::GivenUp) => *trying -= 1,
            // No permit of this cycle was given while open.
            (State::Open { .. }, _) | (State::Closed { .. }, Verdict::GivenUp) => {}
        }
        None
    }

    /// Closes the breaker because the tier was seen to answer by other means.
    pub(crate) fn close(&mut self) -> Option<Edge> {
        if let State::Closed { failures } = &mut self.state {
            *failures = 0;
            return None;
        }
        self.enter(State::Closed { failures: 0 });
        Some(Edge::Closed)
    }

    /// Reads the state without changing it.
    pub(crate) fn read(&self) -> Reading {
        let (state, failures, successes) = match self.state {
            State::Closed { failures } => ("closed", failures, 0),
            State::Open { .. } => ("open", self.thresholds.failures, 0),
            State::HalfOpen { succeeded, .. } => ("half_open", 0, succeeded),
        };
        Reading { state, failures, successes, opened: self.opened, last_failure: self.last_failure }
    }

    fn open(&mut self, now: Instant) -> Edge {
        self.opened += 1;
        self.enter(State::Open { since: now });
        Edge::Opened
    }

    fn enter(&mut self, state: State) {
        self.cycle += 1;
        self.state = state;
    }
}

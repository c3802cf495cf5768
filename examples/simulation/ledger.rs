//! The rule that must hold, and what happened, in order.

use std::ops::AddAssign;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cachekit::{Answer, Error, Source};

/// What was promised and what was seen under one seed.
///
/// The rule: whoever begins a read after a sale was acknowledged sees it.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    now: Duration,
    steps: Vec<String>,
    acknowledged: u64,
    broken: Option<String>,
    counts: Counts,
}

/// How often what happened.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) sales: u64,
    pub(crate) reads: u64,
    /// Reads that the body did not answer.
    pub(crate) cached: u64,
    /// Reads that the cache refused.
    pub(crate) refused: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.sales += more.sales;
        self.reads += more.reads;
        self.cached += more.cached;
        self.refused += more.refused;
    }
}

impl Ledger {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the time of what is told from here on.
    pub(crate) fn at(&self, now: Duration) {
        self.state().now = now;
    }

    pub(crate) fn tell(&self, what: &str) {
        let mut state = self.state();
        let millis = state.now.as_secs_f64() * 1e3;
        state.steps.push(format!("{millis:>9.3} ms  {what}"));
    }

    /// The newest sale that anybody was told of: what a read that begins here must see.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.state().acknowledged
    }

    pub(crate) fn sold(&self, node: usize, answer: &Result<u64, Error>) {
        match answer {
            Ok(number) => {
                self.tell(&format!("node {node} acknowledges sale {number}"));
                let mut state = self.state();
                state.counts.sales += 1;
                state.acknowledged = state.acknowledged.max(*number);
            }
            // Nobody is promised anything.
            Err(error) => self.tell(&format!("node {node} acknowledges no sale: {error}")),
        }
    }

    /// Holds a read that began when `promised` was the newest sale to the rule.
    pub(crate) fn read(&self, node: usize, promised: u64, answer: Result<Answer<u64>, Error>) {
        match answer {
            Ok(Answer { value, source, .. }) => {
                self.tell(&format!("node {node} reads {value} ({})", source.as_str()));
                let mut state = self.state();
                state.counts.reads += 1;
                state.counts.cached += u64::from(source != Source::Computed);
                if value < promised {
                    let how = format!(
                        "sale {promised} was acknowledged before node {node} asked, and it reads {value}"
                    );
                    state.broken.get_or_insert(how);
                }
            }
            // A refusal is no wrong answer.
            Err(error) => {
                self.tell(&format!("node {node} is refused: {error}"));
                self.state().counts.refused += 1;
            }
        }
    }

    pub(crate) fn broken(&self) -> Option<String> {
        self.state().broken.clone()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }

    pub(crate) fn steps(&self) -> Vec<String> {
        self.state().steps.clone()
    }
}

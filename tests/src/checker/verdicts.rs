//! What broke the rule: how often, after what, and the first cases with their histories.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Cases that are told in full; of the others there are numbers.
const TOLD: usize = 4;

/// What broke the rule.
#[derive(Debug, Default)]
pub(super) struct Verdicts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    violations: usize,
    /// By what it was: how many answers, and how many cases; one case may spoil many answers.
    sorts: BTreeMap<String, (usize, usize)>,
    told: Vec<String>,
}

impl Verdicts {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer broke the rule, which is another case or one more answer of the same; `tell` says
    /// what happened.
    pub(super) fn broken(&self, sort: String, is_another: bool, tell: impl FnOnce() -> String) {
        let mut state = self.state();
        state.violations += 1;
        let counts = state.sorts.entry(sort).or_default();
        let is_first = counts.0 == 0;
        counts.0 += 1;
        counts.1 += usize::from(is_another || is_first);
        if is_first && state.told.len() < TOLD {
            let text = tell();
            state.told.push(text);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.state().violations
    }

    pub(super) fn told(&self) -> Vec<String> {
        self.state().told.clone()
    }
}

impl fmt::Display for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        writeln!(f, "{} violations", state.violations)?;
        for (sort, (answers, cases)) in &state.sorts {
            writeln!(f, "  {cases} cases, {answers} answers: {sort}")?;
        }
        state.told.iter().try_for_each(|told| writeln!(f, "{told}"))
    }
}

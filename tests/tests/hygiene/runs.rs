//! Counts how often bodies run.

use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static RUNS: RefCell<HashMap<&'static str, usize>> = RefCell::default();
}

/// A body runs on this thread.
pub(crate) fn note(body: &'static str) {
    RUNS.with_borrow_mut(|runs| *runs.entry(body).or_default() += 1);
}

/// How often a body has run on this thread, which is the test's own.
pub(crate) fn of(body: &'static str) -> usize {
    RUNS.with_borrow(|runs| runs.get(body).copied().unwrap_or_default())
}

//! The only importer of metrics: publishes our own counters, and records what only a histogram can hold.
//!
//! Handles are looked up anew each time, so that a recorder may be installed at any moment, and a
//! recorder that panics is not asked further and breaks nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use metrics::{Label, counter, gauge, histogram};

/// Labels of one series.
pub(crate) type Labels<'a> = &'a [(&'static str, &'a str)];

/// Sets a counter to what it has reached.
pub(crate) fn reached(name: &'static str, labels: Labels<'_>, value: u64) {
    guarded(|| counter!(name, owned(labels)).absolute(value));
}

/// Sets a gauge.
pub(crate) fn stands(name: &'static str, labels: Labels<'_>, value: f64) {
    guarded(|| gauge!(name, owned(labels)).set(value));
}

/// Records how long an operation of a tier took, in milliseconds.
pub(crate) fn took(backend: &'static str, operation: &'static str, time: Duration) {
    let labels = [("backend", backend), ("operation", operation)];
    guarded(|| {
        histogram!("cache_operation_duration_ms", owned(&labels)).record(time.as_secs_f64() * 1e3);
    });
}

/// Records how many bytes a stored value has.
pub(crate) fn moved(operation: &'static str, bytes: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a histogram needs no last bits")]
    let bytes = bytes as f64;
    let labels = [("operation", operation)];
    guarded(|| histogram!("cache_operation_size_bytes", owned(&labels)).record(bytes));
}

fn owned(labels: Labels<'_>) -> Vec<Label> {
    labels.iter().map(|(name, value)| Label::new(*name, (*value).to_owned())).collect()
}

fn guarded(record: impl FnOnce()) {
    drop(catch_unwind(AssertUnwindSafe(record)));
}

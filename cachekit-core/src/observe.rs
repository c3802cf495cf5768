//! The cache as it is seen from outside: events, alarms, counters, traces.

pub(crate) mod alarms;
pub(crate) mod event;
pub(crate) mod json;
#[cfg(feature = "metrics")]
pub(crate) mod recorder;
pub(crate) mod stats;
#[cfg(feature = "tracing")]
pub(crate) mod trace;

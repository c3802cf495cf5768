//! The cache as it is seen from outside: events, alarms, counters, traces.

pub(crate) mod alarms;
pub(crate) mod edges;
pub(crate) mod event;
pub(crate) mod json;
#[cfg(feature = "metrics")]
pub(crate) mod recorder;
pub(crate) mod stats;
#[cfg_attr(not(feature = "tracing"), path = "observe/trace/none.rs")]
pub(crate) mod trace;

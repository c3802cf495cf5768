//! What a process reports: its events, its metrics and its log.

mod events;
mod log;
mod metrics;

pub use events::Events;
pub use log::{Line, Log};
pub use metrics::Metrics;

//! The metrics of this process, collected from a recorder that forgets what it has told.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

/// The metrics of this process. Every test of a process shares them, and tells its own apart by
/// the `function` label.
#[derive(Debug, Clone, Copy)]
pub struct Metrics(&'static Recorded);

struct Recorded {
    snapshots: Snapshotter,
    seen: Mutex<HashMap<Series, f64>>,
}

/// A name with its labels, sorted.
type Series = (String, Vec<(String, String)>);

static RECORDED: OnceLock<Recorded> = OnceLock::new();

impl Metrics {
    /// Installs the recorder of this process, once.
    ///
    /// # Panics
    ///
    /// If somebody else installed one.
    pub fn install() -> Self {
        Self(RECORDED.get_or_init(|| {
            let recorder = DebuggingRecorder::new();
            let snapshots = recorder.snapshotter();
            recorder.install().expect("a test process has no other recorder");
            Recorded { snapshots, seen: Mutex::default() }
        }))
    }

    /// The sum of every series of this name that has these labels: what counters have reached,
    /// how often histograms were recorded, what gauges stand at.
    pub fn sum(self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: what another test's snapshot emptied is told anew before this one's.
        cachekit::metrics::flush();
        for (key, _, _, value) in self.0.snapshots.snapshot().into_vec() {
            let (_, key) = key.into_parts();
            let mut labels: Vec<_> = key
                .labels()
                .map(|label| (label.key().to_owned(), label.value().to_owned()))
                .collect();
            labels.sort();
            let series = seen.entry((key.name().to_owned(), labels)).or_default();
            // A snapshot empties the recorder. Our counters tell what they have reached and never
            // fall; gauges are told anew with every flush; histograms give what came since.
            match value {
                #[expect(clippy::cast_precision_loss, reason = "tests count to thousands")]
                DebugValue::Counter(reached) => *series = series.max(reached as f64),
                DebugValue::Gauge(stands) => *series = stands.into_inner(),
                #[expect(clippy::cast_precision_loss, reason = "tests count to thousands")]
                DebugValue::Histogram(recorded) => *series += recorded.len() as f64,
            }
        }
        let asked = |own: &[(String, String)]| {
            labels
                .iter()
                .all(|&(name, value)| own.iter().any(|own| own.0 == name && own.1 == value))
        };
        seen.iter().filter(|((other, own), _)| other == name && asked(own)).map(|(_, v)| v).sum()
    }
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}

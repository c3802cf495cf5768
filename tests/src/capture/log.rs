//! What a process logs through `tracing`.

use std::fmt::{self, Debug};
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// One logged line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its target, such as `cachekit.security`.
    pub target: String,
    /// Its level.
    pub level: Level,
    /// Its message, followed by its fields.
    pub text: String,
}

/// The log of this process, which all its tests share.
///
/// ```
/// let log = cachekit_tests::capture::Log::install();
/// assert!(log.lines("no.such.target").is_empty());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Log(&'static Mutex<Vec<Line>>);

static LINES: OnceLock<Mutex<Vec<Line>>> = OnceLock::new();

impl Log {
    /// Installs the subscriber of this process, once.
    ///
    /// # Panics
    ///
    /// If somebody else installed one.
    pub fn install() -> Self {
        Self(LINES.get_or_init(|| {
            tracing::subscriber::set_global_default(Recorder).expect("nobody else subscribes");
            Mutex::default()
        }))
    }

    /// Everything logged on a target so far.
    pub fn lines(self, target: &str) -> Vec<Line> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().filter(|line| line.target == target).cloned().collect()
    }
}

struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        let (target, level) = (event.metadata().target().to_owned(), *event.metadata().level());
        if let Some(lines) = LINES.get() {
            let line = Line { target, level, text: text.0 };
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        use fmt::Write as _;
        let written = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.expect("a string takes everything");
    }
}

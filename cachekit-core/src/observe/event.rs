//! Event: what an operator must hear of, as data; and who hears it.

use std::fmt;
#[cfg(not(feature = "tracing"))]
use std::io::{IsTerminal as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::SystemTime;

use crate::observe::json::Object;
use crate::time::clock::text;

/// The events that the cache raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// L2 could not be reached when it was first needed.
    UnavailableAtStartup,
    /// L2 was lost.
    UnavailableAtRuntime,
    /// L2 answers again.
    Recovered,
    /// A function cannot work as it is configured; raised once a function.
    ConfigInvalid,
    /// A value was returned although its L2 did not confirm it, as `on_store_error = "return"` asks.
    StoreUnconfirmed,
    /// An invalidation is owed to L2.
    InvalidationPending,
    /// An undecodable entry could not be removed; raised once a function until one can be.
    RejectFailed,
    /// A value does not survive its codec; raised once a function.
    ValueUnfit,
    /// Somebody has made or changed an entry; raised at most once a function and minute.
    EntryTampered,
    /// An operation on the directory failed; once a kind and entry in a minute, with their number.
    DiskFault,
    /// The clock of L2 went back or stood still, or is far from this host's; raised when it begins.
    ClockUnsound,
    /// Arguments are longer than a key that this process keeps; raised once a function.
    KeyTooLong,
    /// A runtime was shut down; says what is left undone.
    ShutDown,
    /// Nothing is filled from now on, as [`Runtime::read_only`](crate::Runtime::read_only) asks.
    ReadOnly,
    /// What is computed is kept again.
    ReadOnlyEnded,
    /// The whole cache is switched off by `CACHEKIT_OFF`; raised as a runtime is built.
    CacheOff,
}

impl EventKind {
    /// The name that the JSON line carries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnavailableAtStartup => "BACKEND_UNAVAILABLE_AT_STARTUP",
            Self::UnavailableAtRuntime => "BACKEND_UNAVAILABLE_AT_RUNTIME",
            Self::Recovered => "BACKEND_RECOVERED",
            Self::ConfigInvalid => "CONFIG_INVALID",
            Self::StoreUnconfirmed => "STORE_UNCONFIRMED",
            Self::InvalidationPending => "INVALIDATION_PENDING",
            Self::RejectFailed => "REJECT_FAILED",
            Self::ValueUnfit => "VALUE_UNFIT",
            Self::EntryTampered => "ENTRY_TAMPERED",
            Self::DiskFault => "DISK_IO_ERROR",
            Self::ClockUnsound => "CLOCK_UNSOUND",
            Self::KeyTooLong => "KEY_TOO_LONG",
            Self::ShutDown => "RUNTIME_SHUT_DOWN",
            Self::ReadOnly => "READ_ONLY",
            Self::ReadOnlyEnded => "READ_ONLY_ENDED",
            Self::CacheOff => "CACHE_OFF",
        }
    }
}

/// What an operator must hear of.
///
/// One a change of state, never one a caller. Holds no key, argument, value or password; the
/// tenant is declared non-secret.
///
/// ```
/// fn page(event: &cachekit::Event) {
///     if event.name() == "BACKEND_UNAVAILABLE_AT_RUNTIME" {
///         eprintln!("{} is away: {}", event.backend(), event.detail());
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Event {
    kind: EventKind,
    backend: &'static str,
    mode: Option<String>,
    tenant: Option<String>,
    detail: String,
    at: SystemTime,
}

/// The backend of an event that is about none.
pub(crate) const NO_BACKEND: &str = "none";

/// The most bytes of a tenant's text that an event shows.
///
/// Enough for any identifier; a text that is longer was not meant as one.
const TENANT_BYTES: usize = 128;

impl Event {
    pub(crate) fn new(kind: EventKind, backend: &'static str, at: SystemTime) -> Self {
        Self { kind, backend, mode: None, tenant: None, detail: String::new(), at }
    }

    pub(crate) fn of_mode(mut self, mode: Option<String>) -> Self {
        self.mode = mode;
        self
    }

    pub(crate) fn of_tenant(mut self, tenant: Option<&str>) -> Self {
        self.tenant = tenant.map(|tenant| shown(tenant).to_owned());
        self
    }

    pub(crate) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Which event it is.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The event's name, such as `"BACKEND_RECOVERED"`.
    pub fn name(&self) -> &'static str {
        self.kind.as_str()
    }

    /// The tier that it is about: `"redis"`, or what a backend of your own calls itself.
    pub fn backend(&self) -> &'static str {
        self.backend
    }

    /// The long names of the modes that it concerns, with commas between them.
    pub fn mode(&self) -> Option<&str> {
        self.mode.as_deref()
    }

    /// The tenant that it concerns, cut to 128 bytes.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// What happened, in words for an operator.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// When it happened.
    pub fn at(&self) -> SystemTime {
        self.at
    }

    /// The event as one line of JSON.
    ///
    /// Fields: `event, backend, mode, tenant_id, detail, timestamp` (RFC 3339, UTC).
    pub fn to_json(&self) -> String {
        Object::new()
            .text("event", self.name())
            .text("backend", self.backend)
            .maybe("mode", self.mode.as_deref())
            .maybe("tenant_id", self.tenant.as_deref())
            .text("detail", &self.detail)
            .text("timestamp", &text::date(self.at))
            .end()
    }
}

/// As much of a tenant's text as is shown.
pub(crate) fn shown(tenant: &str) -> &str {
    let end = (0..=TENANT_BYTES.min(tenant.len())).rfind(|end| tenant.is_char_boundary(*end));
    &tenant[..end.unwrap_or(0)]
}

/// The event as a person reads it: `cachekit: redis: away for 3 s (BACKEND_RECOVERED)`.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cachekit: ")?;
        if self.backend != NO_BACKEND {
            write!(f, "{}: ", self.backend)?;
        }
        write!(f, "{} ({})", self.detail, self.name())
    }
}

/// A listener that a runtime was built with.
pub(crate) type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// Who hears a runtime's events.
#[derive(Clone, Default)]
pub(crate) struct Sink {
    listeners: Vec<Listener>,
}

impl Sink {
    pub(crate) fn new(listeners: Vec<Listener>) -> Self {
        Self { listeners }
    }

    /// Tells everyone. A listener that panics hears nothing more of this event, and breaks nothing.
    pub(crate) fn raise(&self, event: &Event) {
        for listener in &self.listeners {
            let told = catch_unwind(AssertUnwindSafe(|| listener(event)));
            drop(told);
        }
        #[cfg(feature = "tracing")]
        drop(catch_unwind(AssertUnwindSafe(|| crate::observe::trace::security(&event.to_json()))));
        #[cfg(not(feature = "tracing"))]
        if self.listeners.is_empty() {
            let mut to = std::io::stderr();
            let line = if to.is_terminal() { event.to_string() } else { event.to_json() };
            // A process without standard error has nobody to tell.
            let _ = writeln!(to, "{line}");
        }
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("listeners", &self.listeners.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_tenant_is_cut_where_a_character_ends() {
        let tenant = "ä".repeat(100);
        let event = Event::new(EventKind::Recovered, "redis", SystemTime::UNIX_EPOCH)
            .of_tenant(Some(&tenant));
        assert_eq!(event.tenant.expect("it has one").len(), TENANT_BYTES);
    }

    #[test]
    fn a_terminal_is_told_in_words() {
        let event = |backend| {
            Event::new(EventKind::ConfigInvalid, backend, SystemTime::UNIX_EPOCH).saying("why")
        };
        assert_eq!(event("redis").to_string(), "cachekit: redis: why (CONFIG_INVALID)");
        assert_eq!(event(NO_BACKEND).to_string(), "cachekit: why (CONFIG_INVALID)");
    }

    #[test]
    fn the_line_has_exactly_the_fields_that_are_promised() {
        let event = Event::new(EventKind::Recovered, "redis", SystemTime::UNIX_EPOCH)
            .of_mode(Some("STRICT_DISTRIBUTED".into()))
            .saying("away for 3 s");
        assert_eq!(
            event.to_json(),
            "{\"event\":\"BACKEND_RECOVERED\",\"backend\":\"redis\",\"mode\":\"STRICT_DISTRIBUTED\",\
             \"tenant_id\":null,\"detail\":\"away for 3 s\",\"timestamp\":\"1970-01-01T00:00:00.000Z\"}"
        );
    }
}

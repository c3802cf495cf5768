//! `RuntimeBuilder`: every setting, its unit and its default; validated as a whole.

#[cfg(feature = "encrypt")]
mod protect;
mod tier;

#[cfg(feature = "encrypt")]
pub(crate) use protect::Protect;

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::l2::breaker::Thresholds;
use crate::observe::event::{Event, Listener, Sink};
use crate::runtime::registered::Registered;
use crate::runtime::{self, Limits, Runtime};
use crate::time::clock::Clock;
#[cfg(feature = "l2")]
use crate::time::clock::text;

#[cfg(feature = "disk")]
pub(crate) use tier::DISK_MAX_BYTES;
pub(crate) use tier::Tier;

/// What one call may spend on its cache operations: a slow cache must not be slower than none.
pub(crate) const OP_TIMEOUT: Duration = Duration::from_millis(500);

/// The most bytes of a serialised value.
pub(crate) const MAX_VALUE_BYTES: usize = 16 << 20;

/// The most bytes that the arguments of an entry in this process may take.
pub(crate) const MAX_KEY_BYTES: usize = 64 << 10;

/// The most that `max_value_bytes` may be: half of what a Redis server takes in one string, so
/// that no value resets a connection that others share.
const MOST_VALUE_BYTES: usize = 256 << 20;

/// Settings of a [`Runtime`] in the making.
///
/// ```
/// use std::time::Duration;
/// use cachekit::Runtime;
///
/// # fn main() -> Result<(), cachekit::Error> {
/// Runtime::builder()
///     .namespace("shop")
///     .op_timeout(Duration::from_millis(250))
///     .on_event(|event| eprintln!("{}", event.to_json()))
///     .install()?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct RuntimeBuilder {
    pub(crate) namespace: Option<String>,
    pub(crate) tier: Tier,
    pub(crate) op_timeout: Option<Duration>,
    pub(crate) max_value_bytes: Option<usize>,
    pub(crate) max_key_bytes: Option<usize>,
    #[cfg(feature = "disk")]
    pub(crate) disk_max_bytes: Option<u64>,
    /// As the tier is used to, unless told otherwise.
    pub(crate) thresholds: Option<Thresholds>,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) functions: Vec<&'static dyn Registered>,
    pub(crate) limits: Limits,
    pub(crate) start_without_l2: bool,
    /// Whether building waits for L2 to be reached; a function's first call must not.
    pub(crate) lazily: bool,
    pub(crate) clock: Clock,
    #[cfg(feature = "encrypt")]
    pub(crate) protect: Protect,
}

impl RuntimeBuilder {
    /// The first part of every key; functions may name their own.
    ///
    /// Needed beside a server or a directory: services that share one must not share their entries.
    /// Without it, and with a tier of your own, it is `default`.
    ///
    /// At most 64 of `A-Z a-z 0-9 _ . -`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// What one call may spend on all its cache operations, the body excluded. 500 ms unless set.
    pub fn op_timeout(mut self, timeout: Duration) -> Self {
        self.op_timeout = Some(timeout);
        self
    }

    /// The most bytes of a serialised value; larger ones are returned and not stored. 16 MiB
    /// unless set, at most 256 MiB.
    pub fn max_value_bytes(mut self, bytes: usize) -> Self {
        self.max_value_bytes = Some(bytes);
        self
    }

    /// The most bytes that the arguments of an entry in this process may point at. 64 KiB unless set.
    ///
    /// Calls with longer ones are computed or read from L2, whose keys are digests, and are not kept
    /// in L1 or the fallback; `KEY_TOO_LONG` is raised once a function.
    pub fn max_key_bytes(mut self, bytes: usize) -> Self {
        self.max_key_bytes = Some(bytes);
        self
    }

    /// When L2 counts as broken: five failures, sixty seconds and three probes unless set; of a
    /// directory three failures, thirty seconds and two probes.
    pub fn breaker(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = Some(thresholds);
        self
    }

    /// Hears every event of the runtime, on whatever thread it happens.
    ///
    /// It must not block, and must not call a cached function or build a runtime: an event may be
    /// raised while this runtime is being set up. One that panics is not heard, and breaks nothing.
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.listeners.push(Arc::new(listener));
        self
    }

    /// Starts although L2 cannot be reached: strict functions refuse and degraded ones fall back
    /// until it can.
    pub fn start_without_l2(mut self) -> Self {
        self.start_without_l2 = true;
        self
    }

    /// A clock that a test moves.
    #[cfg(feature = "testing")]
    pub fn clock(mut self, clock: &crate::time::clock::ManualClock) -> Self {
        self.clock = Clock::Manual(clock.clone());
        self
    }

    /// Builds a runtime for functions that name it with `runtime = PATH`.
    ///
    /// Blocks until L2 has been reached once.
    ///
    /// # Errors
    ///
    /// Where the settings or the named functions ask for what cannot be had (`is_config`), or L2
    /// cannot be reached (`is_unavailable`, `is_auth`) and [`RuntimeBuilder::start_without_l2`]
    /// was not called.
    pub fn build(self) -> Result<Runtime, Error> {
        runtime::assemble(&self, runtime::Registry::own())
    }

    /// Builds the runtime of all functions that name none.
    ///
    /// # Errors
    ///
    /// As [`RuntimeBuilder::build`]; also where such a runtime is in use already.
    pub fn install(self) -> Result<Runtime, Error> {
        runtime::install(&self)
    }

    /// The settings that the environment names.
    #[cfg(feature = "l2")]
    pub(crate) fn from_env() -> Result<Self, Error> {
        #[cfg_attr(
            feature = "encrypt",
            expect(unused_mut, reason = "with the feature it is made anew")
        )]
        let mut builder = Self { lazily: true, ..Self::default() };
        #[cfg(feature = "encrypt")]
        let mut builder = Self { protect: Protect::from_env()?, ..builder };
        #[cfg(not(feature = "encrypt"))]
        for key in ["CACHEKIT_KEYS", "CACHEKIT_INDEX_KEY"] {
            if variable(key)?.is_some() {
                return Err(Error::config(format!(
                    "{key} is set, and the Cargo feature `encrypt` is off"
                )));
            }
        }
        builder.namespace = variable("CACHEKIT_NAMESPACE")?;
        if let Some(timeout) = variable("CACHEKIT_OP_TIMEOUT")? {
            let wrong = |why| Error::config(format!("CACHEKIT_OP_TIMEOUT is no duration: {why}"));
            builder.op_timeout = Some(text::duration(&timeout).map_err(wrong)?);
        }
        if let Some(url) = variable("CACHEKIT_REDIS_URL")? {
            builder = builder.redis_from_env(url)?;
        }
        if let Some(directory) = variable("CACHEKIT_DISK_DIR")? {
            builder = builder.disk_from_env(directory)?;
        }
        if let Some(value) = variable("CACHEKIT_L2")? {
            builder = builder.waived_from_env(&value)?;
        }
        Ok(builder)
    }

    /// Checks every setting that can be checked without reaching anything.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::config(why));
        if self.op_timeout.is_some_and(|timeout| timeout.is_zero()) {
            return wrong("op_timeout is zero, which no operation could keep; give it a length");
        }
        if self.max_value_bytes.is_some_and(|bytes| bytes == 0 || bytes > MOST_VALUE_BYTES) {
            return wrong("max_value_bytes must be between 1 and 256 MiB");
        }
        if self.thresholds.is_some_and(|set| set.failures == 0 || set.probes == 0) {
            return wrong("a breaker needs at least one failure to open and one probe to close");
        }
        for (function, limit) in &self.limits {
            limit
                .check()
                .map_err(|why| Error::config(format!("`{}`: {why}", function.spec().identity)))?;
        }
        #[cfg(feature = "l2")]
        self.check_tier()?;
        #[cfg(feature = "l2")]
        if let Some(namespace) = &self.namespace
            && !crate::l2::keys::namespace_is_fit(namespace)
        {
            return wrong("a namespace is 1 to 64 characters of A-Z a-z 0-9 _ . -");
        }
        #[cfg(feature = "encrypt")]
        self.protect.check()?;
        Ok(())
    }
}

#[cfg(feature = "l2")]
fn variable(name: &str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Error::config(format!("{name} is not valid Unicode")))
        }
    }
}

impl RuntimeBuilder {
    pub(crate) fn sink(&self) -> Sink {
        Sink::new(self.listeners.clone())
    }
}

/// Holds no URL: it may carry a password.
impl std::fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuntimeBuilder")
            .field("namespace", &self.namespace)
            .field("op_timeout", &self.op_timeout)
            .field("functions", &self.functions.len())
            .finish_non_exhaustive()
    }
}

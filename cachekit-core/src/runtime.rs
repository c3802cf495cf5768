//! Runtime: the assembled tiers that functions share; installed, built from the environment, or named.

#[cfg(feature = "l2")]
mod bound;
pub(crate) mod config;
#[cfg(feature = "l2")]
pub(crate) mod connect;
mod current;
pub(crate) mod ending;
#[cfg(feature = "metrics")]
pub(crate) mod exporter;
pub(crate) mod health;
#[cfg(feature = "encrypt")]
pub(crate) mod index_marker;
mod limits;
mod read_only;
pub(crate) mod registered;
mod registry;
pub(crate) mod switched;
mod whose;

#[cfg(feature = "l2")]
pub(crate) use bound::Bound;
pub(crate) use current::install;
#[cfg(feature = "testing")]
pub(crate) use current::{end_world, reset};
pub(crate) use limits::{Limits, limit};
pub(crate) use registry::Registry;
#[cfg(feature = "l2")]
pub(crate) use whose::bind;
pub(crate) use whose::{clock, fills, key_limit, register};

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "l2")]
use std::sync::Mutex;

use crate::error::Error;
use crate::l2::gate::Gate;
use crate::observe::alarms::Alarm;
use crate::observe::edges::Edges;
use crate::observe::event::{NO_BACKEND, Sink};
use crate::runtime::health::{Functions, Health};
use crate::runtime::registered::Spec;
use crate::time::clock::Clock;
use crate::world::Here;
use config::RuntimeBuilder;

/// What cached functions share: the shared tier, its health, the listeners of its events.
///
/// One is installed for all functions that name none; where none is, the first function that
/// needs one builds it from `CACHEKIT_REDIS_URL` or `CACHEKIT_DISK_DIR`, `CACHEKIT_NAMESPACE`,
/// `CACHEKIT_OP_TIMEOUT`, `CACHEKIT_KEYS` and `CACHEKIT_INDEX_KEY`, or from `CACHEKIT_L2=none`.
/// Whatever runtimes there are, `CACHEKIT_OFF=1` lets every call of the process run its body.
/// A function with `runtime = PATH` uses the runtime at that path, which is a `static` that
/// dereferences to one:
///
/// ```
/// use std::sync::LazyLock;
/// use cachekit::Runtime;
///
/// static REPORTS: LazyLock<Runtime> =
///     LazyLock::new(|| Runtime::builder().namespace("reports").build().expect("it is valid"));
/// assert_eq!(REPORTS.health().status(), "healthy");
/// ```
#[derive(Clone)]
pub struct Runtime(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) namespace: Arc<str>,
    pub(crate) gate: Option<Arc<Gate>>,
    /// Whether there is no shared tier on purpose.
    pub(crate) waived: bool,
    pub(crate) max_value_bytes: usize,
    pub(crate) max_key_bytes: usize,
    pub(crate) clock: Clock,
    pub(crate) sink: Sink,
    pub(crate) registry: Registry,
    /// Whether nothing is filled, as events that nobody was told of yet.
    edges: Edges,
    /// What its functions are allowed at most.
    pub(crate) limits: Limits,
    /// Why nothing shared can be had, where the environment is at fault.
    pub(crate) problem: Option<Error>,
    /// What protects entries, where there are keys.
    #[cfg(feature = "encrypt")]
    pub(crate) vault: Option<Arc<crate::keyring::Vault>>,
    /// Where what its functions keep is found.
    pub(crate) here: Here,
    /// Told of the end, once.
    ended: Alarm,
    /// The thread of the tier, until the end.
    #[cfg(feature = "l2")]
    io: Mutex<Option<crate::l2::io::Io>>,
}

impl Runtime {
    /// Settings to build a runtime from.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    /// How the shared tier is, without asking it anything.
    pub fn health(&self) -> Health {
        let report = self.0.gate.as_ref().map(|gate| gate.report());
        let backend = self.0.gate.as_ref().map(|gate| gate.backend().name());
        let backend = backend.or(self.0.waived.then_some(NO_BACKEND));
        let health = Health::new(backend, report, self.0.problem.as_ref(), self.0.clock.wall());
        let health = health.of_fills(self.0.registry.fills.are_withheld());
        #[cfg(feature = "encrypt")]
        let health = health.with_keys(self.0.vault.as_ref().map_or_else(Vec::new, |v| v.report()));
        #[cfg(feature = "disk")]
        let health = self.0.here.run(|| health.of_functions(&self.0.registry.functions()));
        health
    }

    /// The functions that were named to this runtime or have been called, with their statistics.
    pub fn functions(&self) -> Functions {
        self.0.here.run(|| Functions::of(self.0.registry.functions()))
    }
}

const DEFAULT_NAMESPACE: &str = "default";

/// A runtime that has nothing shared, and why.
#[cfg(feature = "l2")]
fn broken(problem: Error) -> Runtime {
    Runtime(Arc::new(Inner {
        namespace: Arc::from(DEFAULT_NAMESPACE),
        gate: None,
        waived: false,
        max_value_bytes: config::MAX_VALUE_BYTES,
        max_key_bytes: config::MAX_KEY_BYTES,
        clock: Clock::System,
        sink: Sink::default(),
        registry: Registry::common(),
        edges: Edges::default(),
        limits: Limits::new(),
        problem: Some(problem),
        #[cfg(feature = "encrypt")]
        vault: None,
        here: Here::now(),
        ended: Alarm::new(),
        io: Mutex::new(None),
    }))
}

/// Assembles a runtime from settings.
pub(crate) fn assemble(builder: &RuntimeBuilder, registry: Registry) -> Result<Runtime, Error> {
    builder.check()?;
    for function in &builder.functions {
        registry.admit(*function)?;
    }
    limits::check(&builder.limits, &registry)?;
    let namespace = builder.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let namespace: Arc<str> = Arc::from(namespace);
    let sink = builder.sink();
    let clock = builder.clock.clone();
    switched::tell(&sink, &clock)?;
    let max_value_bytes = builder.most_value_bytes();
    #[cfg(feature = "l2")]
    let (gate, io) = connect::connect(builder, &namespace, &sink)?;
    #[cfg(all(feature = "l2", feature = "metrics"))]
    if let Some(gate) = &gate {
        exporter::watch(&namespace, gate);
    }
    #[cfg(not(feature = "l2"))]
    let gate = None;
    #[cfg(feature = "encrypt")]
    let vault = builder.protect.vault();
    #[cfg(feature = "encrypt")]
    if let (Some(gate), Some(vault)) = (&gate, &vault) {
        index_marker::check(builder, &namespace, gate, vault)?;
    }
    let runtime = Runtime(Arc::new(Inner {
        namespace,
        gate,
        waived: matches!(builder.tier, config::Tier::Waived),
        max_value_bytes,
        max_key_bytes: builder.max_key_bytes.unwrap_or(config::MAX_KEY_BYTES),
        clock,
        sink,
        registry,
        edges: Edges::default(),
        limits: builder.limits.clone(),
        problem: None,
        #[cfg(feature = "encrypt")]
        vault,
        here: Here::now(),
        ended: Alarm::new(),
        #[cfg(feature = "l2")]
        io: Mutex::new(io),
    }));
    for function in &builder.functions {
        runtime.validate(function.spec())?;
    }
    Ok(runtime)
}

impl Runtime {
    /// Whether a named function can work here; it is listed by now.
    #[cfg(feature = "l2")]
    fn validate(&self, spec: &Spec) -> Result<(), Error> {
        if spec.is_remote() { Bound::new(self, spec, Ok(())).check(spec) } else { Ok(()) }
    }

    #[cfg(not(feature = "l2"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "its twin can fail")]
    fn validate(&self, _: &Spec) -> Result<(), Error> {
        Ok(())
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("namespace", &self.0.namespace)
            .field("gate", &self.0.gate)
            .finish_non_exhaustive()
    }
}

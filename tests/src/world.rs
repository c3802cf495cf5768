//! What most tests need: a server behind a proxy, a runtime on it, its events, and what counts.

use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use cachekit::{Runtime, RuntimeBuilder};

use crate::patience::PATIENCE;
use crate::{Chaos, Events, RedisGuard};

/// Where `runtime = ..` finds the runtime that a test builds.
///
/// ```
/// use cachekit::{Runtime, cached};
/// use cachekit_tests::Slot;
///
/// static RUNTIME: Slot = Slot::new();
///
/// #[cached(runtime = RUNTIME)]
/// fn double(n: u32) -> u32 {
///     n * 2
/// }
///
/// # fn main() -> Result<(), cachekit::Error> {
/// RUNTIME.set(Runtime::builder().build()?);
/// assert_eq!(double(21), 42);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Slot(OnceLock<Runtime>);

impl Slot {
    /// A place without a runtime.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Puts the runtime there.
    ///
    /// # Panics
    ///
    /// If one is there already.
    pub fn set(&self, runtime: Runtime) {
        assert!(self.0.set(runtime).is_ok(), "a slot takes one runtime");
    }
}

impl Deref for Slot {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        self.0.get().expect("a test sets its runtime before it calls")
    }
}

/// A server, the proxy before it, and the events of the runtime that goes through the proxy.
#[derive(Debug)]
pub struct World {
    /// Dropped first: nobody's probe then reaches a dying server through it.
    pub chaos: Chaos,
    /// The server itself.
    pub redis: RedisGuard,
    /// What the runtime raised.
    pub events: Events,
}

impl World {
    /// A healthy server, and a runtime with default settings in `slot`.
    pub fn new(slot: &Slot) -> Self {
        Self::with(slot, |builder| builder)
    }

    /// As [`World::new`], with other settings.
    ///
    /// Operations have seconds rather than half a one, so that a busy machine is no outage; tests
    /// of the deadline itself set it back.
    ///
    /// # Panics
    ///
    /// If the runtime cannot be built.
    pub fn with(slot: &Slot, settings: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        let world = Self::bare();
        slot.set(world.runtime(settings));
        world
    }

    /// A healthy server, and no runtime yet.
    pub fn bare() -> Self {
        let redis = RedisGuard::start();
        Self { chaos: Chaos::before(&redis), redis, events: Events::default() }
    }

    /// A runtime through the proxy.
    ///
    /// # Panics
    ///
    /// If it cannot be built.
    pub fn runtime(&self, settings: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Runtime {
        let builder = Runtime::builder()
            .namespace("tests")
            .redis(self.chaos.url())
            .op_timeout(PATIENCE / 4)
            .on_event(self.events.listener());
        settings(builder).build().expect("a healthy server can be reached")
    }

    /// Cuts the server off and waits until the runtime knows.
    pub fn outage(&self) {
        self.chaos.cut();
        self.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    }

    /// Gives the server back and waits until the runtime knows.
    pub fn recovery(&self) {
        self.chaos.restore();
        self.events.wait_for("BACKEND_RECOVERED");
    }
}

/// How often a body ran.
#[derive(Debug, Default)]
pub struct Runs(AtomicUsize);

impl Runs {
    /// Not yet.
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Once more; the how-manieth run it is, from 1.
    pub fn again(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How many so far.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

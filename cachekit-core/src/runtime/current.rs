//! The runtime of functions that name none: installed, or built from the environment by a first call.

use std::sync::Mutex;

use crate::error::Error;
use crate::runtime::config::RuntimeBuilder;
use crate::sync::plain;
#[cfg(feature = "testing")]
use crate::time::clock::Clock;
use crate::world::PerWorld;

#[cfg(feature = "l2")]
use super::broken;
use super::{Registry, Runtime, assemble, limits};

/// The runtime of functions that name none.
pub(super) static CURRENT: PerWorld<Mutex<Option<Runtime>>> =
    PerWorld::new(Mutex::new(None), || Mutex::new(None));

/// Installs the runtime of functions that name none.
pub(crate) fn install(builder: &RuntimeBuilder) -> Result<Runtime, Error> {
    let mut current = plain(CURRENT.here());
    if current.is_some() {
        return Err(Error::config(
            "a runtime is in use already, installed before or built from the environment by a \
             function's first call; call install() once, before any strict or degraded function",
        ));
    }
    #[cfg(feature = "testing")]
    let clock = builder.clock.clone();
    let runtime = assemble(builder, Registry::common())?;
    #[cfg(feature = "testing")]
    if let Clock::Manual(clock) = clock {
        crate::time::clock::adopt(clock);
    }
    let runtime = current.insert(runtime).clone();
    limits::set(&runtime.0.limits);
    drop(current);
    // Under no lock: what a function holds may drop into another's call.
    limits::forget(&runtime.0.limits);
    Ok(runtime)
}

impl Runtime {
    /// The runtime of functions that name none, once there is one: it was installed, or built from
    /// the environment by a function's first call. Whoever ends the process ends it by this.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::Runtime;
    ///
    /// # fn main() -> Result<(), cachekit::Error> {
    /// assert!(Runtime::installed().is_none());
    /// Runtime::builder().without_l2().install()?;
    /// if let Some(runtime) = Runtime::installed() {
    ///     assert!(runtime.shutdown(Duration::from_secs(5)).wait().is_nothing());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn installed() -> Option<Self> {
        plain(CURRENT.here()).clone()
    }
}

/// The runtime of functions that name none, built from the environment if need be.
#[cfg(feature = "l2")]
pub(super) fn current() -> Runtime {
    let mut current = plain(CURRENT.here());
    if let Some(runtime) = &*current {
        return runtime.clone();
    }
    let built = RuntimeBuilder::from_env().and_then(|b| assemble(&b, Registry::common()));
    // Its functions learn at their first call why nothing shared can be had.
    current.insert(built.unwrap_or_else(broken)).clone()
}

/// Forgets the runtime of functions that name none, and what those functions hold.
#[cfg(feature = "testing")]
pub(crate) fn reset() {
    let before = plain(CURRENT.here()).take();
    crate::time::clock::forget();
    Registry::common().fills.withhold(false);
    for function in Registry::common().functions() {
        function.unbind();
    }
    drop(before);
}

/// Ends the world that this thread is in.
#[cfg(feature = "testing")]
pub(crate) fn end_world() {
    let before = plain(CURRENT.here()).take();
    for function in Registry::common().functions() {
        function.end_world();
    }
    Registry::end_world();
    crate::time::clock::end_world();
    CURRENT.end();
    drop(before);
}

//! Doors for tests of code that uses cached functions: worlds, a clock that stands still, a tier in memory.

#[cfg(feature = "l2")]
mod network;
mod simulation;
mod world;

#[cfg(cachekit_sim)]
pub use crate::guards::{Guard, without};
#[cfg(feature = "l2")]
pub use crate::l2::conformance::{Broken, conformance};
#[cfg(feature = "l2")]
pub use crate::l2::memory::{Kept, Memory};
pub use crate::time::clock::ManualClock;
#[cfg(feature = "l2")]
pub use network::{Connection, Network};
pub use simulation::{SimulatedTask, Simulation, sleep, spawn};
pub use world::{Within, World, world, world_of};

#[cfg(feature = "l2")]
use std::sync::Arc;

use crate::function::named::Function;
#[cfg(feature = "l2")]
use crate::l2::Backend;
#[cfg(feature = "l2")]
use crate::runtime::Runtime;
use crate::runtime::registered::Erased;

/// Forgets the installed runtime, and what functions that name none hold: entries, flights,
/// statistics, connections and breakers.
///
/// A test calls it first and then installs the runtime that it needs. It must not run beside
/// calls of those functions: tests that are to run beside each other are in worlds of their own
/// ([`World`], `#[cachekit::test]`), which need none. A table that was made under a limit of
/// `max_size` stays as small.
///
/// ```
/// use cachekit::{Runtime, testing};
///
/// # fn main() -> Result<(), cachekit::Error> {
/// for _ in 0..2 {
///     testing::reset();
///     Runtime::builder().install()?;
/// }
/// # Ok(())
/// # }
/// ```
pub fn reset() {
    crate::runtime::reset();
}

/// The shared tier of a runtime, for [`conformance`] and tests that look past the cache; `None`
/// without one.
#[cfg(feature = "l2")]
pub fn tier(runtime: &Runtime) -> Option<Arc<dyn Backend>> {
    runtime.0.gate.as_ref().map(|gate| gate.tier())
}

/// Flights in progress in a function, for tests that none leaks.
pub fn flights(function: Function) -> usize {
    function.0.stores().map(Erased::flights).sum()
}

/// Changes the bytes of every entry of a function with `l1 = "encoded"`, as a fault of the memory
/// would.
pub fn corrupt_l1(function: Function, change: impl Fn(&mut Vec<u8>)) {
    function.0.stores().for_each(|store| store.corrupt(&change));
}

//! Whose a function is: the runtime that it names, or that of those which name none, and what it has of it.

use crate::call::fills::Fills;
use crate::l1::entries::KeyLimit;
use crate::observe::event::Sink;
use crate::runtime::registered::{Registered, Spec};
use crate::sync::plain;
use crate::time::clock::Clock;

#[cfg(feature = "l2")]
use super::Bound;
use super::current::CURRENT;
#[cfg(feature = "l2")]
use super::current::current;
use super::{Inner, Registry, Runtime, config};

/// Lists a function with the runtime that it names, or with those that name none.
pub(crate) fn register(function: &'static dyn Registered) {
    let registry = match named(function.spec()) {
        Some(named) => named().0.registry.clone(),
        None => Registry::common(),
    };
    // A function that may not be there hears of it when it binds.
    drop(registry.admit(function));
}

/// The runtime that a function names, unless it is in a world that has installed another: a test
/// that brings its own means it for every function.
pub(super) fn named(spec: &Spec) -> Option<fn() -> &'static Runtime> {
    #[cfg(feature = "testing")]
    if crate::world::is_inside() && plain(CURRENT.here()).is_some() {
        return None;
    }
    spec.runtime
}

/// What a function can reach, decided once.
#[cfg(feature = "l2")]
pub(crate) fn bind(function: &'static dyn Registered) -> Bound {
    let spec = function.spec();
    let runtime = match named(spec) {
        Some(named) => named().clone(),
        None => current(),
    };
    let admitted = runtime.0.registry.admit(function);
    Bound::new(&runtime, spec, admitted)
}

/// The clock of a function's entries.
pub(crate) fn clock(spec: &Spec) -> Clock {
    named(spec).map_or(Clock::System, |named| named().0.clock.clone())
}

/// Whether a function keeps what it computes.
pub(crate) fn fills(spec: &Spec) -> Fills {
    named(spec).map_or_else(Registry::common, |named| named().0.registry.clone()).fills
}

/// How long the keys of a function's entries may be, and who hears of longer ones.
pub(crate) fn key_limit(spec: &Spec) -> KeyLimit {
    let of = |inner: &Inner| KeyLimit::new(inner.max_key_bytes, inner.sink.clone());
    match named(spec) {
        Some(named) => of(&named().0),
        // A function without L2 needs no runtime, and makes none.
        None => plain(CURRENT.here()).as_ref().map_or_else(
            || KeyLimit::new(config::MAX_KEY_BYTES, Sink::default()),
            |current| of(&current.0),
        ),
    }
}

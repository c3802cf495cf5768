//! Worlds: what a process has once, a test has for itself.
//!
//! A world is a number that a thread is in, or a task while it is polled. What lies behind a static
//! is kept once a world; outside of all of them, and without the feature `testing`, there is one.

#[cfg(not(feature = "testing"))]
mod one;
#[cfg(feature = "testing")]
mod several;
#[cfg(feature = "testing")]
pub(crate) mod simulated;

#[cfg(not(feature = "testing"))]
pub(crate) use one::{Here, PerWorld};
#[cfg(feature = "testing")]
pub(crate) use several::{Entered, Here, Number, PerWorld, bits, is_inside, number};

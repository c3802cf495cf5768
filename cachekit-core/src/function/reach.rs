//! A function's way to L2; in a build without L2 there is none to find.

#[cfg(not(feature = "l2"))]
mod alone;
#[cfg(feature = "l2")]
mod shared;

#[cfg(not(feature = "l2"))]
use alone as build;
#[cfg(feature = "l2")]
use shared as build;

pub(super) use build::{gate, key, names, reach};

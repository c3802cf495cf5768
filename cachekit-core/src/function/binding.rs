//! What a function is bound to; in a build without L2, nothing.

#[cfg(not(feature = "l2"))]
mod alone;
#[cfg(feature = "l2")]
mod shared;

#[cfg(not(feature = "l2"))]
pub(super) use alone::Binding;
#[cfg(feature = "l2")]
pub(super) use shared::Binding;

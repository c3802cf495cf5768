//! Memoization with a failure policy that each function states in its own attribute.

pub use cachekit_core::{
    Answer, CacheKey, Error, Event, EventKind, Function, Functions, Health, Invalidated, Mode,
    Runtime, RuntimeBuilder, Source, Stats, Tenant, Thresholds, Warmed, backend, fingerprint,
};
pub use cachekit_macros::{CacheKey, Fingerprint, cached};

#[cfg(feature = "metrics")]
pub use cachekit_core::metrics;
#[cfg(feature = "testing")]
pub use cachekit_core::testing;
#[cfg(feature = "encrypt")]
pub use cachekit_core::{IndexKey, KeyRing, KeyState, KeyUse, Keys, Protection};

/// What generated code names; nothing here is stable, and nobody else should name it.
#[doc(hidden)]
pub mod __private {
    pub use cachekit_core::private::*;
    pub use cachekit_core::{
        __needs_bincode as needs_bincode, __needs_compress as needs_compress,
        __needs_degraded as needs_degraded, __needs_encrypt as needs_encrypt,
        __needs_local as needs_local, __needs_msgpack as needs_msgpack,
        __needs_postcard as needs_postcard, __needs_strict as needs_strict,
    };
}

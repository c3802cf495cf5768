//! Memoization with a failure policy that each function states in its own attribute.
//!
//! ```
//! use cachekit::cached;
//!
//! /// In this process, bounded, without expiry.
//! #[cached]
//! fn fib(n: u64) -> u64 {
//!     if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
//! }
//!
//! assert_eq!(fib(80), 23_416_728_348_467_685);
//! assert_eq!(fib::stats().misses, 81);
//! fib::invalidate(80)?;
//! assert_eq!(fib::peek(80)?, None);
//! # Ok::<(), cachekit::Error>(())
//! ```
//!
//! With a second tier, `mode = "strict"` refuses what that tier does not vouch for, and
//! `mode = "degraded"` answers during its outage, marked. The [attribute](macro@cached) has every
//! option, its units and defaults; [`Runtime`] is set up once where there is a second tier.
//!
//! | feature | adds |
//! |---|---|
//! | `local` (default) | mode `local` |
//! | `strict`, `degraded` | the modes with a second tier; they need a codec |
//! | `redis`, `disk` | the tiers: a Redis server, a directory |
//! | `bincode`, `postcard`, `msgpack` | the codecs |
//! | `compress`, `encrypt` | smaller entries; entries that nobody else can read or make |
//! | `metrics`, `tracing` | what operators see |
//! | `bytes`, `chrono`, `smol_str`, `time`, `uuid` | these crates' types in keys and values |
//! | `testing` | worlds, simulations, a manual clock, a tier in memory |
//!
//! The guide is beside the sources: `README.md`, and `docs/` for modes, failure, security, operation
//! and migration from other crates.

pub use cachekit_core::{
    Answer, Asked, At, CacheKey, Error, Event, EventKind, Function, Functions, Health, Invalidated,
    Leftover, Limit, Mode, Runtime, RuntimeBuilder, Source, Stats, Tenant, Thresholds, Updating,
    Warmed, backend, fingerprint,
};
pub use cachekit_macros::{CacheKey, Fingerprint, cached};
#[doc(hidden)]
pub use cachekit_macros::{io_cached, once};

#[cfg(feature = "metrics")]
pub use cachekit_core::metrics;
#[cfg(feature = "testing")]
pub use cachekit_core::testing;
#[cfg(feature = "encrypt")]
pub use cachekit_core::{IndexKey, KeyRing, KeyState, KeyUse, Keys, Protection};
#[cfg(feature = "testing")]
pub use cachekit_macros::test;

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

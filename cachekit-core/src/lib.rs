//! The engine of cachekit: one runtime core behind every cached function.
//!
//! Use the crate `cachekit`, which re-exports what is public here beside the attribute. A backend
//! of your own depends on this crate alone.
//!
//! The modules import downwards only; `docs/architecture.md` has the table, and a test holds it.

#![cfg_attr(
    not(feature = "l2"),
    allow(dead_code, reason = "without a shared tier nothing calls what serves one")
)]

#[cfg(all(feature = "disk", not(unix)))]
compile_error!(
    "the feature `disk` needs a Unix: its fence is made of renames, file locks and modes"
);

// What every folder may name.
mod error;
mod feature_gates;
mod guards;
mod policy;
mod random;
mod sync;
mod world;

// From the ground up: each folder imports from those above it here.
mod call;
mod codec;
mod flight;
mod function;
mod key;
#[cfg(feature = "encrypt")]
mod keyring;
mod l1;
mod l2;
mod observe;
mod runtime;
mod time;
mod value;

// Surface.
#[doc(hidden)]
pub mod private;
#[cfg(feature = "testing")]
pub mod testing;

pub use call::invalidate::Invalidated;
pub use error::Error;
pub use function::asked::Asked;
pub use function::at::{At, Updating};
pub use function::handle::Warmed;
pub use function::named::Function;
pub use key::CacheKey;
pub use key::tenant::Tenant;
#[cfg(feature = "encrypt")]
pub use keyring::{IndexKey, KeyRing, KeyState, KeyUse, Keys};
pub use l2::breaker::Thresholds;
pub use observe::event::{Event, EventKind};
pub use observe::stats::Stats;
#[cfg(feature = "encrypt")]
pub use policy::Protection;
pub use policy::{Limit, Mode};
pub use runtime::Runtime;
pub use runtime::config::RuntimeBuilder;
pub use runtime::ending::Leftover;
pub use runtime::health::{Functions, Health};
pub use value::answer::{Answer, Source};
pub use value::fingerprint;

/// What a shared tier of your own implements.
pub mod backend {
    pub use crate::l2::{
        Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
        Stored, Swapped, TierTime, Usage,
    };
}

/// Counters for the `metrics` facade.
#[cfg(feature = "metrics")]
pub mod metrics {
    pub use crate::runtime::exporter::flush;
}

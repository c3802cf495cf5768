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

// Vocabulary.
mod answer;
mod clock;
mod constant;
mod digest;
mod entry;
mod error;
pub mod fingerprint;
mod foreign;
mod json;
mod key;
mod policy;
#[cfg(feature = "encrypt")]
mod secret;
mod shape;
mod share;
mod sync;
mod tenant;

// Machines.
mod breaker;
mod codec;
mod lookup;

// State.
mod event;
mod flight;
mod frame;
#[cfg_attr(not(feature = "l2"), path = "io/none.rs")]
mod io;
#[cfg(feature = "encrypt")]
mod keyring;
mod l1;
mod l2;
#[cfg_attr(not(feature = "l2"), path = "nameless.rs")]
mod names;
mod park;
mod quota;
mod random;
#[cfg(feature = "metrics")]
mod record;
mod stats;
mod timer;
#[cfg(feature = "tracing")]
mod trace;

// One call.
mod call;
mod change;
mod drive;
mod fallback;
mod invalidate;
mod measure;
mod own;
mod peek;
mod protocol;
mod read;
mod scope;
mod tiers;

// Assembly.
mod companion;
mod config;
#[cfg(feature = "l2")]
mod connect;
mod door;
mod health;
#[cfg(feature = "encrypt")]
mod marker;
#[cfg(feature = "metrics")]
mod publish;
mod runtime;
mod site;
mod store;
#[cfg(feature = "l2")]
mod wiring;

// Surface.
mod needs;
#[doc(hidden)]
pub mod private;
#[cfg(feature = "testing")]
pub mod testing;

pub use answer::{Answer, Source};
pub use breaker::Thresholds;
pub use config::RuntimeBuilder;
pub use door::Warmed;
pub use error::Error;
pub use event::{Event, EventKind};
pub use health::{Functions, Health};
pub use invalidate::Invalidated;
pub use key::CacheKey;
#[cfg(feature = "encrypt")]
pub use keyring::{IndexKey, KeyRing, KeyState, KeyUse, Keys};
pub use policy::Mode;
#[cfg(feature = "encrypt")]
pub use policy::Protection;
pub use runtime::Runtime;
pub use site::Function;
pub use stats::Stats;
pub use tenant::Tenant;

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
    pub use crate::publish::flush;
}

//! The harness: real servers, a proxy that breaks them, second processes, and what they report.
//!
//! Tests start what they need and stop it when they end. Nothing here reaches into the cache: a
//! key is found by its text, a command by what the server was sent, an event by its JSON.

pub mod capture;
pub mod chaos;
pub mod checker;
pub mod damage;
pub mod depth;
pub mod differential;
pub mod directory;
pub mod failure;
pub mod fixture;
pub mod node;
pub mod patience;
mod ports;
pub mod server;
pub mod simulator;
pub mod stalled;
pub mod turn;
pub mod world;

pub use capture::{Events, Metrics};
pub use chaos::Chaos;
pub use damage::damages;
pub use directory::{Directory, SmallDisk};
pub use failure::Failure;
pub use fixture::{Fixture, Report};
pub use node::Node;
pub use patience::{timed, until, work_for};
pub use server::RedisGuard;
pub use stalled::{Moment, Stall, Stalled};
pub use turn::turn;
pub use world::{Runs, Slot, World};

/// The documents' examples, which compile and run.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;
    #[doc = include_str!("../../docs/migration.md")]
    struct Migration;
}

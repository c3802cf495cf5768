//! The simulator: nodes, a server and a network in one thread, whose whole run follows from a seed.
//!
//! A seed makes a [`Plan`]: who calls what, who changes what, what befalls the nodes and the network.
//! The plan is run in virtual time, in an order that the seed chooses, and every answer is held to
//! the rules of the checker of histories and to those of [`rules`](self). The same seed gives the
//! same bytes. A plan that breaks a rule is shrunk to the part of it that still does.

mod actors;
mod befall;
mod draw;
mod leash;
mod plan;
mod rules;
mod run;
mod shrink;
mod stage;
mod subject;
#[cfg(test)]
mod tests;
#[cfg(cachekit_sim)]
mod workloads;

pub use draw::{Befall, Mix};
pub use plan::{Actor, Befalls, Change, Moods, Plan, Pull, Step};
pub use run::{Report, run};
pub use shrink::shrink;
pub use subject::{KINDS, Kind};
#[cfg(cachekit_sim)]
pub use workloads::shown;

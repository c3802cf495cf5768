//! The value of a function: its shape, what is cached of it, and what its bytes depend on.

pub(crate) mod answer;
pub(crate) mod bounds;
pub mod fingerprint;
pub(crate) mod follower_copy;
mod foreign;
pub(crate) mod returns;

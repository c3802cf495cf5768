//! Time: what is read of it, and who waits for it.

pub(crate) mod clock;
pub(crate) mod park;
pub(crate) mod timer;

//! The number of an outage, by which what it served is told from what came before and after.

use std::num::NonZeroU32;

/// The number of one outage of L2, counted since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage(pub(crate) NonZeroU32);

impl Outage {
    /// The outage of a tier that cannot be had at all.
    pub(crate) const FOR_EVER: Self = Self(NonZeroU32::MAX);
}

//! Fills: whether what calls compute, or read from L2, is kept at present.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the functions of one runtime keep anything; asked where a value is about to be kept, and
/// never by a hit.
///
/// Relaxed: nothing is read because of it, and whoever ends a wait orders it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fills(Arc<AtomicBool>);

impl Fills {
    /// Whether nothing is kept.
    pub(crate) fn are_withheld(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Says whether nothing is kept from now on, and whether that is a change.
    pub(crate) fn withhold(&self, withheld: bool) -> bool {
        self.0.swap(withheld, Ordering::Relaxed) != withheld
    }
}

//! Read only: during an incident nothing is filled, and changes go out.

use crate::observe::event::EventKind;

use super::Runtime;

impl Runtime {
    /// Whether nothing is filled from now on, as during an incident: what bodies return then must
    /// not stay.
    ///
    /// Reads are served from wherever they were. A call that misses computes, and its value is kept
    /// nowhere, neither in L1 nor in the fallback nor in L2; so is that of a fill under way, unless
    /// it is being stored already, and what is read from L2 is not put into L1. A `refresh` computes
    /// too, and leaves the entry as it was. `warm` runs nothing, and says that all failed.
    ///
    /// Changes go out as ever: `invalidate` in all its forms, `prime` and `update`.
    ///
    /// It concerns every function of this runtime in this process, is seen in the health, and is an
    /// event each way, `READ_ONLY` and `READ_ONLY_ENDED`; what is so already raises none.
    ///
    /// ```
    /// # fn main() -> Result<(), cachekit::Error> {
    /// let runtime = cachekit::Runtime::builder().without_l2().build()?;
    /// runtime.read_only(true);
    /// assert!(runtime.health().is_read_only());
    /// runtime.read_only(false);
    /// assert!(!runtime.health().is_read_only());
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(&self, read_only: bool) {
        let inner = &self.0;
        let (kind, detail) = if read_only {
            (EventKind::ReadOnly, "nothing is filled from now on; reads are served, changes go out")
        } else {
            (EventKind::ReadOnlyEnded, "what is computed is kept again")
        };
        inner.edges.come(|| {
            inner.registry.fills.withhold(read_only).then(|| inner.event(kind).saying(detail))
        });
        inner.edges.tell(&inner.sink);
    }
}

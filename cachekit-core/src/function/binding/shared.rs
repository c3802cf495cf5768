//! The binding, where the build has an L2.

use std::sync::{Arc, Mutex};

use crate::l2::outage::Outage;
use crate::runtime::Bound;
use crate::sync::plain;

/// What a function is bound to, once it is.
pub(crate) struct Binding(Mutex<Option<Arc<Bound>>>);

impl Binding {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// What it is bound to, and whether this call made it so.
    ///
    /// One binds, the others wait for it: a tier is never set up twice.
    pub(crate) fn bound(&self, bind: impl FnOnce() -> Bound) -> (Arc<Bound>, bool) {
        let mut bound = plain(&self.0);
        let is_new = bound.is_none();
        (Arc::clone(bound.get_or_insert_with(|| Arc::new(bind()))), is_new)
    }

    /// The tier and the outage that it is in; asking binds nothing.
    pub(crate) fn now(&self) -> (Option<&'static str>, Option<Outage>) {
        plain(&self.0).as_ref().map_or((None, None), |bound| (bound.backend(), bound.outage()))
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn namespace(&self) -> Option<Arc<str>> {
        plain(&self.0).as_ref().map(|bound| Arc::clone(bound.names().namespace()))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn forget(&self) {
        drop(plain(&self.0).take());
    }
}

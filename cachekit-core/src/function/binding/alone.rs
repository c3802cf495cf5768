//! The same where the build has no L2.

use crate::l2::outage::Outage;

pub(crate) struct Binding;

#[expect(
    clippy::unused_self,
    reason = "where there is an L2, what is asked depends on the binding"
)]
impl Binding {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn now(&self) -> (Option<&'static str>, Option<Outage>) {
        (None, None)
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn namespace(&self) -> Option<std::sync::Arc<str>> {
        None
    }

    #[cfg(feature = "testing")]
    pub(crate) fn forget(&self) {}
}

//! In place of the I/O thread where no function has a second tier: nobody waits, and nobody tells.

/// Tells those that wait.
#[derive(Debug)]
pub(crate) struct Notify;

#[expect(clippy::unused_self, reason = "its twin with the feature tells those that wait")]
impl Notify {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn notified(&self) -> impl Future<Output = ()> + use<> {
        std::future::pending()
    }

    pub(crate) fn notify_waiters(&self) {}
}

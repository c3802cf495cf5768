//! The same where nothing is tested: there is one world, and no cost.

/// What a process has once.
pub(crate) struct PerWorld<T: 'static>(T);

impl<T> PerWorld<T> {
    pub(crate) const fn new(outside: T, _: fn() -> T) -> Self {
        Self(outside)
    }

    #[inline]
    pub(crate) fn here(&'static self) -> &'static T {
        &self.0
    }
}

/// The world that something was begun in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here;

impl Here {
    #[inline]
    pub(crate) fn now() -> Self {
        Self
    }

    /// Does something in it.
    #[inline]
    #[expect(clippy::unused_self, reason = "where there are several worlds, this one is entered")]
    pub(crate) fn run<R>(self, then: impl FnOnce() -> R) -> R {
        then()
    }
}

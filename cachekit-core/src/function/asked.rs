//! Asked: an operation that is awaited, or waited for.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::time::park::park_on;
use crate::world::Here;

/// An operation that has been asked for, and is done once this is awaited or waited for.
///
/// Nothing is done before that. Dropped while it is under way, a change that was sent is owed as
/// any that L2 has not confirmed. It owns all that it needs, so that it may be moved to another
/// task or thread; of a function without an L2 it needs no runtime.
///
/// ```
/// use cachekit::{Asked, cached};
///
/// #[cached(mode = "local")]
/// async fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// // An async function's operations return one; here, on a plain thread, it is waited for.
/// let asked: Asked<_> = square::peek(7);
/// assert_eq!(asked.wait()?, None);
/// # Ok::<(), cachekit::Error>(())
/// ```
#[must_use = "nothing is done before this is awaited or waited for"]
pub struct Asked<T> {
    operation: Pin<Box<dyn Future<Output = T> + Send>>,
    here: Here,
}

impl<T> Asked<T> {
    pub(crate) fn new(operation: impl Future<Output = T> + Send + 'static) -> Self {
        Self { operation: Box::pin(operation), here: Here::now() }
    }

    /// Parks the current thread until it is done.
    ///
    /// An executor's worker thread does nothing else meanwhile: there, await it.
    pub fn wait(self) -> T {
        park_on(self)
    }
}

impl<T> Future for Asked<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let here = self.here;
        here.run(|| self.operation.as_mut().poll(cx))
    }
}

impl<T> fmt::Debug for Asked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

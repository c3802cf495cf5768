//! Threads for work that blocks, which outlives neither its caller's patience nor a full queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Threads for work that blocks.
#[derive(Debug, Clone)]
pub(crate) struct Pool(Handle);

/// Whether whoever asked for a piece of work still waits for it.
///
/// Work looks before the step that others can see, so that what its caller has given up does not
/// take effect long after.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// Whether anybody waits for the outcome. Acquire, so that who sees that nobody does sees
    /// nothing else of the work as done.
    pub(crate) fn still(&self) -> bool {
        !self.0.load(Ordering::Acquire)
    }
}

/// A piece of work; given up when it is dropped.
struct Job<T> {
    handle: JoinHandle<T>,
    wanted: Wanted,
}

impl Pool {
    pub(super) fn new(handle: Handle) -> Self {
        Self(handle)
    }

    /// Does the work on a thread that may block; `None` if it panicked or the threads have ended.
    ///
    /// Dropped before it has begun, it never begins.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Wanted) -> T + Send + 'static,
    ) -> Option<T> {
        let wanted = Wanted::default();
        let seen = wanted.clone();
        let handle = self.0.spawn_blocking(move || work(&seen));
        let mut job = Job { handle, wanted };
        (&mut job.handle).await.ok()
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.wanted.0.store(true, Ordering::Release);
        self.handle.abort();
    }
}

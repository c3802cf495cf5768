//! Threads for work that blocks, which outlives neither its caller's patience nor a full queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::time::clock;

/// Threads for work that blocks.
#[derive(Debug, Clone)]
pub(crate) struct Pool(Handle);

/// Whether whoever asked for a piece of work still waits for it.
///
/// Work looks before the step that others can see, so that what its caller has given up does not
/// take effect long after.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    given_up: Arc<AtomicBool>,
    until: Option<Instant>,
}

impl Wanted {
    /// The same, which nobody waits for after `until`.
    pub(crate) fn until(&self, until: Instant) -> Self {
        Self { given_up: Arc::clone(&self.given_up), until: Some(until) }
    }

    /// Whether anybody waits for the outcome. Acquire, so that who sees that nobody does sees
    /// nothing else of the work as done.
    pub(crate) fn still(&self) -> bool {
        let late = self.until.is_some_and(|until| clock::now() >= until);
        !late && !self.given_up.load(Ordering::Acquire)
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
        self.wanted.given_up.store(true, Ordering::Release);
        self.handle.abort();
    }
}

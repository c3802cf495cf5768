//! Who makes the calls, threads or tasks, and how a task's call is dropped half way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};

use super::dice::Dice;
use super::subject::Later;

/// Who makes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crew {
    /// Threads, of functions that block; nothing of theirs is ever dropped.
    Threads,
    /// Tasks, of async functions.
    Tasks,
}

/// Somebody at work.
#[derive(Debug)]
pub(super) enum Working<T> {
    /// A task.
    Task(JoinHandle<T>),
    /// A thread, which tells what came of it.
    Thread(oneshot::Receiver<T>),
}

impl Crew {
    /// Starts work beside the caller's.
    ///
    /// # Panics
    ///
    /// If the system gives no thread, or there is no runtime for tasks.
    pub(super) fn start<T: Send + 'static>(
        self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Working<T> {
        match self {
            Self::Tasks => Working::Task(tokio::spawn(work)),
            Self::Threads => {
                let (told, result) = oneshot::channel();
                thread::spawn(move || {
                    // Whoever started it may be gone.
                    drop(told.send(block_on(work)));
                });
                Working::Thread(result)
            }
        }
    }
}

/// Runs a future whose waits are for time and for other actors, on this thread.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("the system has what a runtime needs").block_on(work)
}

impl<T> Working<T> {
    /// What came of it; `None` where it panicked or was aborted, and then nothing is left of it.
    pub(super) async fn ended(self) -> Option<T> {
        match self {
            Self::Task(handle) => handle.await.ok(),
            Self::Thread(result) => result.await.ok(),
        }
    }

    fn abort(&self) {
        if let Self::Task(handle) = self {
            handle.abort();
        }
    }
}

/// How long an operation is let run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leash {
    /// To its end.
    Free,
    /// Until a deadline.
    Deadline(Duration),
    /// Beside something that ends after so many turns of the scheduler.
    Turns(u64),
    /// As a task that is aborted after so many turns.
    Abort(u64),
}

/// What came of an operation on a leash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate<T> {
    /// It ended.
    Ended(T),
    /// It had begun and was dropped.
    Dropped,
    /// It was dropped before it began.
    Unbegun,
}

impl Leash {
    /// One of them; for threads always the free one.
    pub(super) fn any(crew: Crew, dice: &mut Dice) -> Self {
        if crew == Crew::Threads {
            return Self::Free;
        }
        match dice.below(4) {
            0 => Self::Deadline(Duration::from_micros(dice.below(3_000))),
            1 => Self::Abort(dice.below(12)),
            _ => Self::Turns(dice.below(20)),
        }
    }

    /// Runs an operation.
    pub(super) async fn hold<T: Send + 'static>(self, operation: Later<T>) -> Fate<T> {
        match self {
            Self::Free => Fate::Ended(operation.await),
            Self::Deadline(time) => match tokio::time::timeout(time, operation).await {
                Ok(done) => Fate::Ended(done),
                Err(_elapsed) => Fate::Dropped,
            },
            Self::Turns(count) => {
                tokio::select! {
                    biased;
                    done = operation => Fate::Ended(done),
                    () = turns(count) => Fate::Dropped,
                }
            }
            Self::Abort(count) => abort(count, operation).await,
        }
    }
}

async fn turns(count: u64) {
    for _ in 0..count {
        yield_now().await;
    }
}

async fn abort<T: Send + 'static>(count: u64, operation: Later<T>) -> Fate<T> {
    let begun = Arc::new(AtomicBool::new(false));
    let marked = Arc::clone(&begun);
    let working = Crew::Tasks.start(async move {
        marked.store(true, Ordering::SeqCst);
        operation.await
    });
    turns(count).await;
    working.abort();
    // What ended before it could be aborted did end.
    match working.ended().await {
        Some(done) => Fate::Ended(done),
        None if begun.load(Ordering::SeqCst) => Fate::Dropped,
        None => Fate::Unbegun,
    }
}

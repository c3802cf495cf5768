//! Operations on nodes: started there, dropped half way where that is planned, and waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use cachekit::testing::{World, sleep, spawn};

use super::plan::Pull;

/// What came of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate<T> {
    /// It ended.
    Ended(T),
    /// It was dropped, with its caller or with its node.
    Dropped,
    /// It panicked, as was planned or not.
    Panicked(bool),
}

/// What a body panics with where that is planned.
pub(super) struct Planned;

/// Starts an operation on a node, and waits for what comes of it.
pub(super) async fn perform<T: Send + 'static>(
    node: &World,
    pull: Pull,
    operation: impl Future<Output = T> + Send + 'static,
) -> Fate<T> {
    begin(node, pull, operation).await
}

/// Starts an operation on a node.
pub(super) fn begin<T: Send + 'static>(
    node: &World,
    pull: Pull,
    operation: impl Future<Output = T> + Send + 'static,
) -> Ended<T> {
    let desk = Arc::new(Desk(Mutex::new((None, None))));
    let teller = Teller(Arc::clone(&desk));
    spawn(node, async move {
        let leashed = Leashed {
            operation: Box::pin(operation),
            polls: if let Pull::Polls(polls) = pull { Some(polls) } else { None },
            end: if let Pull::After(time) = pull { Some(Box::pin(sleep(time))) } else { None },
        };
        teller.tell(leashed.await);
    });
    Ended(desk)
}

type Waits<T> = (Option<Fate<T>>, Option<Waker>);

struct Desk<T>(Mutex<Waits<T>>);

impl<T> Desk<T> {
    fn tell(&self, fate: Fate<T>) {
        let mut desk = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        desk.0.get_or_insert(fate);
        let waker = desk.1.take();
        drop(desk);
        waker.into_iter().for_each(Waker::wake);
    }
}

/// Tells that an operation was dropped, where nothing else was told.
struct Teller<T>(Arc<Desk<T>>);

impl<T> Teller<T> {
    fn tell(&self, fate: Fate<T>) {
        self.0.tell(fate);
    }
}

impl<T> Drop for Teller<T> {
    fn drop(&mut self) {
        self.0.tell(Fate::Dropped);
    }
}

/// What comes of an operation.
pub(super) struct Ended<T>(Arc<Desk<T>>);

impl<T> Future for Ended<T> {
    type Output = Fate<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Fate<T>> {
        let mut desk = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fate) = desk.0.take() {
            return Poll::Ready(fate);
        }
        desk.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// An operation that is dropped after so many polls, or some time.
struct Leashed<T> {
    operation: Pin<Box<dyn Future<Output = T> + Send>>,
    polls: Option<u64>,
    end: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<T> Future for Leashed<T> {
    type Output = Fate<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Fate<T>> {
        let this = &mut *self;
        let polled = catch_unwind(AssertUnwindSafe(|| this.operation.as_mut().poll(cx)));
        match polled {
            Err(panic) => return Poll::Ready(Fate::Panicked(panic.is::<Planned>())),
            Ok(Poll::Ready(done)) => return Poll::Ready(Fate::Ended(done)),
            Ok(Poll::Pending) => {}
        }
        if let Some(end) = &mut this.end
            && end.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Fate::Dropped);
        }
        match &mut this.polls {
            Some(1) => Poll::Ready(Fate::Dropped),
            Some(left) => {
                *left -= 1;
                Poll::Pending
            }
            None => Poll::Pending,
        }
    }
}

//! The calls of an async function's companion: futures of types that have names.
//!
//! In place of async functions, which cost the compiler several times as much.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::function::handle::{Running, Tail};

/// A call that has its answer, or is run for one.
#[must_use = "a future does nothing unless it is awaited"]
pub enum Ending<B: Future, A, T: Tail> {
    /// The answer, until it is taken.
    Answered(Option<A>),
    /// The rest of the call.
    Runs(Running<B, A, T>),
}

/// An answer is moved out, and the rest of a call is behind a pointer.
impl<B: Future, A, T: Tail> Unpin for Ending<B, A, T> {}

impl<B, A, T> Future for Ending<B, A, T>
where
    B: Future<Output: 'static>,
    A: 'static,
    T: Tail,
{
    type Output = A;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A> {
        match self.get_mut() {
            Self::Answered(answer) => Poll::Ready(answer.take().expect("an answer is taken once")),
            Self::Runs(running) => Pin::new(running).poll(cx),
        }
    }
}

/// A call that begins when it is polled.
pub fn lazily<F, E>(call: F) -> Lazily<F, E>
where
    F: FnOnce() -> E,
    E: Future + Unpin,
{
    Lazily::Asked(Some(call))
}

/// See [`lazily`].
#[must_use = "a future does nothing unless it is awaited"]
pub enum Lazily<F, E> {
    /// What begins it, until it is taken.
    Asked(Option<F>),
    /// It has begun.
    Begun(E),
}

/// What begins a call is moved out, and what runs it can be moved.
impl<F, E> Unpin for Lazily<F, E> {}

impl<F, E> Future for Lazily<F, E>
where
    F: FnOnce() -> E,
    E: Future + Unpin,
{
    type Output = E::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<E::Output> {
        let this = self.get_mut();
        if let Self::Asked(call) = this {
            let call = call.take().expect("a call that panicked is not polled again");
            *this = Self::Begun(call());
        }
        match this {
            Self::Begun(call) => Pin::new(call).poll(cx),
            Self::Asked(_) => unreachable!("it has just begun"),
        }
    }
}

impl<B: Future, A, T: Tail> fmt::Debug for Ending<B, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending").finish_non_exhaustive()
    }
}

impl<F, E> fmt::Debug for Lazily<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazily").finish_non_exhaustive()
    }
}

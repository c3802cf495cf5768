//! One turn of a future by hand: it goes as far as it can now, and nobody else moves it on.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Polls a future once.
///
/// A call that was given a turn has begun: it has joined its flight, or sent its operation.
///
/// ```
/// use std::pin::pin;
///
/// let mut never = pin!(std::future::pending::<()>());
/// assert!(cachekit_tests::turn(never.as_mut()).is_pending());
/// ```
pub fn turn<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

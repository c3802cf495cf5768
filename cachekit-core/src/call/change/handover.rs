//! Handover: a value that an update hands out to be changed, and takes back.
//!
//! The change is the caller's own code, of a type that nothing below knows, and may be no `Send`.
//! So it stays with whoever polls the update, and the update with everything else is one kind of
//! future for each kind of value.

use std::future::poll_fn;
use std::mem;
use std::sync::Mutex;
use std::task::Poll;

use crate::sync::plain;

/// The place where the value lies meanwhile.
pub(crate) struct Handover<V>(Mutex<Side<V>>);

/// Whose turn it is.
enum Side<V> {
    Nobody,
    /// The value is to be changed.
    Given(V),
    /// It has been.
    Changed(V),
}

impl<V> Handover<V> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Side::Nobody))
    }

    /// Hands out a value, and takes it back once it has been changed.
    pub(crate) async fn changed(&self, value: V) -> V {
        *plain(&self.0) = Side::Given(value);
        poll_fn(|_| match self.take() {
            Side::Changed(value) => Poll::Ready(value),
            other => {
                *plain(&self.0) = other;
                // Whoever polls looks whether there is something to change before it waits.
                Poll::Pending
            }
        })
        .await
    }

    /// Changes the value that was handed out; answers whether one was.
    pub(crate) fn change(&self, change: impl FnOnce(&mut V)) -> bool {
        match self.take() {
            Side::Given(mut value) => {
                // The user's code, under no lock.
                change(&mut value);
                *plain(&self.0) = Side::Changed(value);
                true
            }
            other => {
                *plain(&self.0) = other;
                false
            }
        }
    }

    fn take(&self) -> Side<V> {
        mem::replace(&mut plain(&self.0), Side::Nobody)
    }
}

//! The locks and atomics of flight and park: the standard library's, or loom's under its model checker.

#[cfg(not(loom))]
pub(crate) use std::sync::{Arc, Mutex, MutexGuard};

#[cfg(loom)]
pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};

use std::sync::{Mutex as Plain, MutexGuard as PlainGuard, PoisonError};

/// Takes the lock whether or not a holder panicked.
///
/// Sound because no code of ours leaves the guarded state half-written where it could panic,
/// and no user code runs under these locks but `Eq` of a key.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}

/// As [`lock`], for a mutex that no model checker looks at.
pub(crate) fn plain<T>(mutex: &Plain<T>) -> PlainGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Limits: what a deployment allows a function at most, from when its runtime is known.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use crate::policy::Limit;
use crate::sync::plain;

/// What a function is allowed, read by each miss and never by a hit.
pub(crate) struct Limits {
    /// In nanoseconds, which ten years fit; the greatest number is none.
    ttl: AtomicU64,
    max_size: AtomicUsize,
    /// Held while a store is made and while a limit is set, so that each finds the other.
    deciding: Mutex<()>,
}

impl Limits {
    pub(crate) const fn new() -> Self {
        let (ttl, max_size) = (AtomicU64::new(u64::MAX), AtomicUsize::new(usize::MAX));
        Self { ttl, max_size, deciding: Mutex::new(()) }
    }

    /// What holds now. Relaxed: what was decided by an older limit is removed, or cut where it is put.
    pub(crate) fn now(&self) -> Limit {
        let (ttl, max_size) =
            (self.ttl.load(Ordering::Relaxed), self.max_size.load(Ordering::Relaxed));
        Limit {
            ttl: (ttl != u64::MAX).then(|| Duration::from_nanos(ttl)),
            max_size: (max_size != usize::MAX).then_some(max_size),
        }
    }

    pub(crate) fn set(&self, limit: Limit) {
        let _deciding = self.deciding();
        let nanos = |ttl: Duration| u64::try_from(ttl.as_nanos()).unwrap_or(u64::MAX);
        self.ttl.store(limit.ttl.map_or(u64::MAX, nanos), Ordering::Relaxed);
        self.max_size.store(limit.max_size.unwrap_or(usize::MAX), Ordering::Relaxed);
    }

    pub(crate) fn deciding(&self) -> MutexGuard<'_, ()> {
        plain(&self.deciding)
    }
}

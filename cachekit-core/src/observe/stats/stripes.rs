//! A counter without a locked instruction: each thread adds to a stripe that it owns.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Stripes of a counter. The last is shared by threads beyond the others' number.
const STRIPES: usize = 16;
const SHARED: usize = STRIPES - 1;

/// A counter for the hit path.
///
/// A thread that owns a stripe adds by a relaxed load and store: nobody else writes there. A
/// stripe changes hands through the mutex of free numbers, which orders the one owner's last store
/// before the next one's first load.
#[derive(Debug)]
pub(crate) struct Stripes([Line; STRIPES]);

/// A cache line, and its neighbour that the prefetcher takes along, for one stripe.
#[repr(align(128))]
#[derive(Debug)]
struct Line(AtomicU64);

impl Stripes {
    pub(crate) const fn new() -> Self {
        Self([const { Line(AtomicU64::new(0)) }; STRIPES])
    }

    /// Adds one.
    #[inline]
    pub(crate) fn bump(&self) {
        let index = index();
        let Line(stripe) = &self.0[index];
        if index == SHARED {
            stripe.fetch_add(1, Ordering::Relaxed);
        } else {
            stripe.store(stripe.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.iter().map(|Line(stripe)| stripe.load(Ordering::Relaxed)).sum()
    }

    /// For tests alone: what other threads add meanwhile may survive.
    #[cfg(feature = "testing")]
    pub(crate) fn reset(&self) {
        self.0.iter().for_each(|Line(stripe)| stripe.store(0, Ordering::Relaxed));
    }
}

/// Not asked yet.
const UNKNOWN: usize = usize::MAX;

thread_local! {
    /// Read on every hit; has no destructor, so it can be read until the thread is gone.
    static INDEX: Cell<usize> = const { Cell::new(UNKNOWN) };
    /// Gives the stripe back when the thread ends.
    static LEASE: Lease = Lease::take();
}

#[inline]
fn index() -> usize {
    match INDEX.get() {
        UNKNOWN => settle(),
        index => index,
    }
}

#[cold]
fn settle() -> usize {
    // A thread whose locals are being destroyed shares the last stripe.
    let index = LEASE.try_with(|lease| lease.0).unwrap_or(SHARED);
    INDEX.set(index);
    index
}

/// Numbers of stripes that threads gave back, and the first that none has had.
static FREE: Mutex<Free> = Mutex::new(Free { returned: Vec::new(), next: 0 });

struct Free {
    returned: Vec<usize>,
    next: usize,
}

struct Lease(usize);

impl Lease {
    fn take() -> Self {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = free.returned.pop() {
            return Self(index);
        }
        let index = free.next.min(SHARED);
        free.next = index + usize::from(index < SHARED);
        Self(index)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Hits from destructors that run after this one must not touch the next owner's stripe.
        INDEX.set(SHARED);
        if self.0 < SHARED {
            FREE.lock().unwrap_or_else(PoisonError::into_inner).returned.push(self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_threads_one_after_another_and_at_once_lose_no_count() {
        static STRIPES: Stripes = Stripes::new();
        for _ in 0..4 {
            std::thread::scope(|scope| {
                for _ in 0..40 {
                    scope.spawn(|| (0..1_000).for_each(|_| STRIPES.bump()));
                }
            });
        }
        assert_eq!(STRIPES.get(), 4 * 40 * 1_000);
    }

    #[test]
    fn a_thread_that_ends_gives_its_stripe_back() {
        let first = std::thread::spawn(index).join().expect("it ends");
        let indices: Vec<_> =
            (0..100).map(|_| std::thread::spawn(index).join().expect("it ends")).collect();
        assert!(indices.iter().any(|index| *index != SHARED), "{first} {indices:?}");
    }
}

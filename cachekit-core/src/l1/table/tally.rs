//! The sum of a table's entries, kept as they come and go, so that nobody has to look at them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::l1::entry::Entry;
use crate::observe::stats::Count;
use crate::time::clock::Tick;

use super::ends::Ends;

/// What the entries of a table come to. All is relaxed: a reader wants a sum and not a moment.
///
/// An entry comes before it is in the table and goes after it is out, so that none is counted for
/// good that is not there.
pub(super) struct Tally<V> {
    pub(super) evicted: Count,
    /// Entries in the table that end, or have ended.
    ending: AtomicU64,
    ends: Ends,
    /// Bytes that entries point at.
    pointed: AtomicU64,
    points_at: fn(&Entry<V>) -> usize,
}

impl<V> Tally<V> {
    pub(super) fn new(points_at: fn(&Entry<V>) -> usize) -> Self {
        let (ending, pointed) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { evicted: Count::new(), ending, ends: Ends::default(), pointed, points_at }
    }

    pub(super) fn came(&self, entry: &Entry<V>) {
        if entry.span.expires != Tick::NEVER {
            self.ending.fetch_add(1, Ordering::Relaxed);
            self.ends.came(entry.span);
        }
        let bytes = (self.points_at)(entry);
        if bytes > 0 {
            self.pointed.fetch_add(bytes as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn went(&self, entry: &Entry<V>) {
        if entry.span.expires != Tick::NEVER {
            self.ending.fetch_sub(1, Ordering::Relaxed);
            self.ends.went(entry.span);
        }
        let bytes = (self.points_at)(entry);
        if bytes > 0 {
            self.pointed.fetch_sub(bytes as u64, Ordering::Relaxed);
        }
    }

    /// Entries that have not ended, of `all` that are in the table.
    pub(super) fn live(&self, all: usize, now: Tick) -> usize {
        let count = |many: u64| usize::try_from(many).unwrap_or(usize::MAX);
        let ending = count(self.ending.load(Ordering::Relaxed));
        all.min(all.saturating_sub(ending) + count(self.ends.after(now)))
    }

    pub(super) fn pointed(&self) -> usize {
        usize::try_from(self.pointed.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }
}

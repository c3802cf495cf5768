//! A limit that came after a table was made: it cuts lives as entries are put, and counts them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::l1::entry::Entry;
use crate::l1::quota::Quota;
use crate::policy::Policy;
use crate::time::clock::Clock;

use super::{Entries, Made, Ready};

/// What a table that was made without a limit keeps to.
///
/// A table does not shrink to any number, so that its entries are counted as those of one tenant,
/// whose oldest goes.
pub(super) struct Late {
    /// The longest life, in nanoseconds, less the clock's lag.
    longest: AtomicU64,
    /// The entries that the table was made for.
    made_for: usize,
    size: OnceLock<Quota>,
}

impl Late {
    pub(super) const fn new(policy: &Policy) -> Self {
        let longest = AtomicU64::new(u64::MAX);
        Self { longest, made_for: policy.max_size, size: OnceLock::new() }
    }

    /// The count of all entries, where there may be fewer than the table was made for.
    pub(super) fn size(&self) -> Option<&Quota> {
        self.size.get()
    }

    /// Cuts the life of an entry that is about to be put.
    ///
    /// Where the flights' lock is held: who set the limit has passed that lock before he removed what
    /// was there, so that whoever decided on a life before him is removed or finds the limit.
    pub(super) fn cut<V>(&self, mut ready: Ready<V>) -> Ready<V> {
        // Relaxed: the flights' lock orders it.
        let longest = self.longest.load(Ordering::Relaxed);
        if longest != u64::MAX {
            match &mut ready.made {
                Made::Value(entry) => end(entry, longest),
                Made::Sealed(entry) => end(entry, longest),
            }
        }
        ready
    }
}

fn end<V>(entry: &mut Entry<V>, longest: u64) {
    let latest = entry.span.born.after(Duration::from_nanos(longest));
    entry.span.expires = entry.span.expires.min(latest);
}

impl<O, V> Entries<O, V> {
    /// Keeps to a policy that came after the table was made, for entries that are put from now on.
    ///
    /// Whoever calls this revokes afterwards all that was there.
    pub(crate) fn abide(&self, policy: &Policy, clock: &Clock) {
        let longest = policy.longest().map(|life| life.saturating_sub(clock.lag()).as_nanos());
        let longest = longest.and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or(u64::MAX);
        self.late.longest.store(longest, Ordering::Relaxed);
        if policy.max_size < self.late.made_for {
            let size = self.late.size.get_or_init(|| Quota::new(policy.max_size));
            size.set_share(policy.max_size);
        } else if let Some(size) = self.late.size.get() {
            size.set_share(self.late.made_for);
        }
    }
}

//! Quota: the share of L1 that one tenant may fill, so that a noisy one displaces its own entries.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sync::plain;

/// An entry, without its key: nothing of a user's is cloned or compared under the quota's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) hash: u64,
    pub(crate) serial: u64,
}

/// The entries that each tenant put into L1.
///
/// An entry counts from when it is put until its tenant gives it up, another takes its place, or a
/// sweep finds it gone. A tenant over its share is swept at most once in a quarter of the share, so
/// that counting costs the same however large the share is; until then entries that are gone count.
pub(crate) struct Quota {
    /// Most entries of one tenant. Relaxed: it is read under the lock, or for a report.
    share: AtomicUsize,
    tenants: Mutex<Tenants>,
}

/// Entries that are never worth a sweep of all tenants: some tens of kilobytes.
const FEW: usize = 1024;

#[derive(Default)]
struct Tenants {
    /// No tenant is one of its own.
    rings: HashMap<Option<Box<str>>, Ring>,
    entries: usize,
    /// Entries that the last sweep of all tenants left. With twice as many, at least half of those
    /// are gone or new, so that sweeping costs the same however many there are.
    swept: usize,
}

#[derive(Default)]
struct Ring {
    /// The serial of each entry, by its hash.
    entries: HashMap<u64, u64>,
    /// Oldest first; a slot of another serial than its entry's is void.
    order: VecDeque<Slot>,
    /// Entries that came since the ring was swept.
    since: usize,
}

impl Quota {
    pub(crate) fn new(share: usize) -> Self {
        Self { share: AtomicUsize::new(share), tenants: Mutex::default() }
    }

    /// Changes the share, for entries that come from now on.
    pub(crate) fn set_share(&self, share: usize) {
        self.share.store(share, Ordering::Relaxed);
    }

    /// Counts an entry that was put into L1; those that have to go for it.
    ///
    /// `lives` tells whether there is an entry of a hash.
    pub(crate) fn admit(
        &self,
        tenant: Option<&str>,
        slot: Slot,
        lives: impl Fn(u64) -> bool,
    ) -> Vec<Slot> {
        let mut tenants = plain(&self.tenants);
        let Tenants { rings, entries, swept } = &mut *tenants;
        let ring = rings.entry(tenant.map(Box::from)).or_default();
        let before = ring.entries.len();
        let gone = ring.admit(slot, self.share.load(Ordering::Relaxed), &lives);
        *entries = *entries + ring.entries.len() - before;
        if *entries > FEW.max(2 * *swept) {
            for ring in rings.values_mut() {
                ring.sweep(&lives);
            }
            rings.retain(|_, ring| !ring.entries.is_empty());
            *entries = rings.values().map(|ring| ring.entries.len()).sum();
            *swept = *entries;
        }
        gone
    }

    /// Forgets every entry: they were removed.
    pub(crate) fn clear(&self) {
        *plain(&self.tenants) = Tenants::default();
    }
}

impl Ring {
    fn admit(&mut self, slot: Slot, share: usize, lives: impl Fn(u64) -> bool) -> Vec<Slot> {
        self.since += 1;
        self.order.push_back(slot);
        self.entries.insert(slot.hash, slot.serial);
        if self.entries.len() > share && self.since > share / 4 {
            self.sweep(lives);
        }
        let mut gone = Vec::new();
        while self.entries.len() > share {
            let Some(oldest) = self.order.pop_front() else { break };
            if self.is_current(oldest) {
                self.entries.remove(&oldest.hash);
                gone.push(oldest);
            }
        }
        if self.order.len() > share.saturating_mul(2) {
            self.tidy();
        }
        gone
    }

    /// Forgets the entries that are gone.
    fn sweep(&mut self, lives: impl Fn(u64) -> bool) {
        self.since = 0;
        self.entries.retain(|hash, _| lives(*hash));
        self.tidy();
    }

    /// Drops the slots that are void.
    fn tidy(&mut self) {
        let mut order = std::mem::take(&mut self.order);
        order.retain(|slot| self.is_current(*slot));
        self.order = order;
    }

    fn is_current(&self, slot: Slot) -> bool {
        self.entries.get(&slot.hash) == Some(&slot.serial)
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quota").field("share", &self.share).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(from: u64, to: u64) -> impl Iterator<Item = Slot> {
        (from..to).map(|number| Slot { hash: number, serial: number })
    }

    #[test]
    fn a_tenant_over_its_share_gives_up_its_own_oldest_entry() {
        let quota = Quota::new(8);
        for slot in slots(0, 8) {
            assert_eq!(quota.admit(Some("a"), slot, |_| true), []);
        }
        let another = Slot { hash: 100, serial: 100 };
        assert_eq!(quota.admit(Some("b"), another, |_| true), []);
        let ninth = Slot { hash: 8, serial: 8 };
        assert_eq!(quota.admit(Some("a"), ninth, |_| true), [Slot { hash: 0, serial: 0 }]);
    }

    #[test]
    fn an_entry_that_is_refilled_over_and_over_pushes_out_no_other() {
        let quota = Quota::new(8);
        let mut lost = Vec::new();
        for slot in slots(0, 7) {
            lost.extend(quota.admit(None, slot, |_| true));
        }
        for serial in 10..1_000 {
            lost.extend(quota.admit(None, Slot { hash: 7, serial }, |_| true));
        }
        assert_eq!(lost, []);
        let tenants = plain(&quota.tenants);
        assert!(tenants.rings[&None].order.len() <= 16, "void slots do not pile up");
    }

    #[test]
    fn tenants_whose_entries_are_gone_are_forgotten() {
        let quota = Quota::new(8);
        for slot in slots(0, 10_000) {
            quota.admit(Some(&slot.hash.to_string()), slot, |hash| hash + 5 > slot.hash);
            let tenants = plain(&quota.tenants);
            assert!(tenants.rings.len() <= FEW && tenants.entries <= FEW, "{}", tenants.entries);
        }
    }
}

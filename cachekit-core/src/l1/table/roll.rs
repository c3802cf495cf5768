//! The entries of each tenant, so that they are found without looking at everybody's.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::sync::{Mutex, OnceLock};

use crate::l1::quota::Slot;
use crate::sync::plain;

use super::key::place;

/// Sets that tenants are spread over: enough that insertions on a large machine seldom meet.
const SHARDS: u64 = 16;

/// Entries that are handed out at a time: the lock is held for some microseconds.
const SOME: usize = 64;

/// The entries of each tenant, by the tenant's label and the entry's place.
///
/// An entry is on the roll before it is in the table and leaves it afterwards, so that none is in
/// the table alone. Empty where a function names no tenant.
#[derive(Default)]
pub(super) struct Roll(OnceLock<Box<[Mutex<BTreeSet<Line>>]>>);

type Line = (u64, Slot);

impl Roll {
    pub(super) fn enter(&self, label: u64, slot: Slot) {
        let shards = self.0.get_or_init(|| (0..SHARDS).map(|_| Mutex::default()).collect());
        plain(shard(shards, label)).insert(line(label, slot));
    }

    pub(super) fn leave(&self, label: u64, slot: Slot) {
        if let Some(shards) = self.0.get() {
            plain(shard(shards, label)).remove(&line(label, slot));
        }
    }

    /// Some entries of a tenant, in an order of their own; all of them have been told when there are
    /// none after the last.
    pub(super) fn after(&self, label: u64, last: Option<Slot>) -> Vec<Slot> {
        let Some(shards) = self.0.get() else { return Vec::new() };
        let first = Bound::Included((label, Slot { hash: 0, serial: 0 }));
        let from = last.map_or(first, |last| Bound::Excluded(line(label, last)));
        let lines = plain(shard(shards, label));
        let theirs = lines.range((from, Bound::Unbounded)).take_while(|line| line.0 == label);
        theirs.take(SOME).map(|line| line.1).collect()
    }
}

/// An entry has one line, however often it is exchanged.
fn line(label: u64, slot: Slot) -> Line {
    (label, Slot { serial: place(slot.serial), ..slot })
}

fn shard(shards: &[Mutex<BTreeSet<Line>>], label: u64) -> &Mutex<BTreeSet<Line>> {
    let index = usize::try_from(label % SHARDS).expect("there are few shards");
    &shards[index]
}

impl fmt::Debug for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roll").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_entries_are_told_each_once_and_nobody_elses() {
        let roll = Roll::default();
        let slot = |number: u64| Slot { hash: number * 7, serial: number << 32 };
        for number in 0..1_000 {
            roll.enter(number % 3, slot(number));
        }
        roll.leave(1, slot(1));
        let (mut last, mut told) = (None, Vec::new());
        loop {
            let some = roll.after(1, last);
            let Some(end) = some.last() else { break };
            (last, told) = (Some(*end), [told, some].concat());
        }
        let theirs: Vec<_> = (2..1_000).filter(|number| number % 3 == 1).map(slot).collect();
        assert_eq!(told, theirs);
        assert_eq!(roll.after(17, None), []);
    }
}

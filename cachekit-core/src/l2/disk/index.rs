//! The content of the directory as far as this process knows it: sizes, ends and last uses, for the byte cap.
//!
//! The files are the truth and are served without it. It is made by looking at them at start, kept
//! by every change that this process makes, and made anew now and then, so that other processes'
//! changes are seen.

mod key;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use crate::random;

use super::path::Spot;

pub(super) use key::Key;

use key::{FIRST, Name};

/// What file systems give out: a file takes whole blocks, however short it is.
const BLOCK: u64 = 4096;

/// Entries among which the one that was used longest ago makes room: with this many, what goes is
/// nearly always among the oldest twentieth.
const SAMPLE: usize = 64;

/// The most entries that make room in one step, so that nobody waits behind a long list.
const STEP: usize = 256;

/// What is known of a value's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its length.
    pub(super) bytes: u64,
    /// Milliseconds since the Unix epoch, as is the other.
    pub(super) expires: u64,
    pub(super) used: u64,
    /// Tells this file from the next under its name.
    serial: u64,
}

/// A value's file, as it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracked {
    pub(super) bytes: u64,
    pub(super) expires: u64,
    pub(super) used: u64,
}

/// Whether there is room.
#[derive(Debug)]
pub(super) enum Room {
    /// There is, and it is kept for whoever asked: this many bytes more than before.
    Reserved(u64),
    /// There is when these are gone.
    After(Vec<(Key, Known)>),
    /// There is none, and nothing to remove.
    None,
}

/// What the directory holds. No question looks at more of it than its answer has.
#[derive(Debug, Default)]
pub(super) struct Index {
    values: BTreeMap<Key, Known>,
    /// The same by where they lie: one text for all values of a function and tenant.
    homes: BTreeMap<Arc<str>, BTreeSet<Name>>,
    /// The same by when they end.
    ends: BTreeSet<(u64, Key)>,
    /// Bytes of all values, in whole blocks.
    bytes: u64,
    /// Bytes of what is being written.
    kept: u64,
    serials: u64,
}

impl Index {
    /// Asks for room for a value of `bytes` under a name, which may be in place of one.
    pub(super) fn make_room(&mut self, spot: &Spot, bytes: u64, most: u64, now: u64) -> Room {
        let own = self.key(spot);
        let before = self.values.get(&own).map_or(0, |known| blocks(known.bytes));
        let more = blocks(bytes).saturating_sub(before);
        let sum = self.bytes + self.kept + more;
        if sum <= most {
            self.kept += more;
            return Room::Reserved(more);
        }
        let mut gone = self.ended(now, STEP);
        gone.retain(|(key, _)| *key != own);
        let mut freed: u64 = gone.iter().map(|(_, known)| blocks(known.bytes)).sum();
        let mut tries = 0;
        while freed < sum - most && gone.len() < STEP && tries < STEP {
            tries += 1;
            let Some((key, known)) = self.stalest(&own) else { break };
            if !gone.iter().any(|(other, _)| *other == key) {
                freed += blocks(known.bytes);
                gone.push((key, known));
            }
        }
        if gone.is_empty() { Room::None } else { Room::After(gone) }
    }

    /// Entries to remove so that the rest keeps to the cap.
    pub(super) fn surplus(&mut self, most: u64) -> Vec<(Key, Known)> {
        let nobody = Key { name: FIRST, home: Arc::from("") };
        let (mut gone, mut freed) = (Vec::new(), 0);
        while self.bytes.saturating_sub(freed) > most && gone.len() < STEP {
            let Some((key, known)) = self.stalest(&nobody) else { break };
            if gone.iter().any(|(other, _)| *other == key) {
                break;
            }
            freed += blocks(known.bytes);
            gone.push((key, known));
        }
        gone
    }

    /// At most `many` values whose life is over.
    pub(super) fn ended(&self, now: u64, many: usize) -> Vec<(Key, Known)> {
        let over = self.ends.iter().take_while(|(end, _)| *end <= now).take(many);
        over.filter_map(|(_, key)| Some((key.clone(), *self.values.get(key)?))).collect()
    }

    /// The value of a sample that was used longest ago.
    fn stalest(&self, but: &Key) -> Option<(Key, Known)> {
        let mut name = FIRST;
        name.digest[..8].copy_from_slice(&random::bits().to_be_bytes());
        let from = Key { name, home: Arc::from("") };
        let sample = self.values.range(&from..).chain(self.values.range(..&from)).take(SAMPLE);
        let stalest = sample.filter(|(key, _)| *key != but).min_by_key(|(_, known)| known.used);
        stalest.map(|(key, known)| (key.clone(), *known))
    }

    /// Gives back room that was kept.
    pub(super) fn give_back(&mut self, kept: u64) {
        self.kept = self.kept.saturating_sub(kept);
    }

    /// A value is there now.
    pub(super) fn put(&mut self, spot: &Spot, bytes: u64, expires: u64, used: u64) {
        let key = self.key(spot);
        self.drop_key(&key);
        self.serials += 1;
        self.bytes += blocks(bytes);
        self.ends.insert((expires, key.clone()));
        self.homes.entry(Arc::clone(&key.home)).or_default().insert(key.name);
        self.values.insert(key, Known { bytes, expires, used, serial: self.serials });
    }

    /// A value was found in the directory, by a look that began at the mark.
    pub(super) fn found(&mut self, spot: &Spot, file: Tracked, mark: u64) {
        let key = self.key(spot);
        let used = match self.values.get(&key) {
            // Written since: what was seen is older.
            Some(known) if known.serial > mark => return,
            Some(known) => known.used.max(file.used),
            None => file.used,
        };
        self.put(spot, file.bytes, file.expires, used);
    }

    /// A value turned out to end later than its file says.
    pub(super) fn lives_until(&mut self, key: &Key, end: u64) {
        if let Some(known) = self.values.get_mut(key) {
            self.ends.remove(&(known.expires, key.clone()));
            self.ends.insert((end, key.clone()));
            known.expires = end;
        }
    }

    /// A value was used.
    pub(super) fn touch(&mut self, spot: &Spot, at: u64) {
        let key = self.key(spot);
        if let Some(known) = self.values.get_mut(&key) {
            known.used = at;
        }
    }

    /// A value is there no more.
    pub(super) fn forget(&mut self, spot: &Spot) {
        let key = self.key(spot);
        self.drop_key(&key);
    }

    pub(super) fn drop_key(&mut self, key: &Key) {
        let Some(old) = self.values.remove(key) else { return };
        self.bytes -= blocks(old.bytes);
        self.ends.remove(&(old.expires, key.clone()));
        if let Some(names) = self.homes.get_mut(&key.home) {
            names.remove(&key.name);
            if names.is_empty() {
                self.homes.remove(&key.home);
            }
        }
    }

    /// Whether a value is still the one that was seen.
    pub(super) fn is_still(&self, key: &Key, seen: &Known) -> bool {
        self.values.get(key).is_some_and(|known| known.serial == seen.serial)
    }

    /// At most `many` values below a directory, which is gone, are forgotten; answers whether these
    /// were all.
    pub(super) fn forget_below(&mut self, directory: &str, many: usize) -> bool {
        let (first, last) = (format!("{directory}/"), format!("{directory}0"));
        let range = (Bound::Included(first.as_str()), Bound::Excluded(last.as_str()));
        let below = self.homes.range::<str, _>(range);
        let itself = self.homes.get_key_value(directory);
        let names = itself.into_iter().chain(below).flat_map(|(home, names)| {
            names.iter().map(|name| Key { name: *name, home: Arc::clone(home) })
        });
        let gone: Vec<_> = names.take(many).collect();
        for key in &gone {
            self.drop_key(key);
        }
        gone.len() < many
    }

    /// The number that the next value gets: what a look at the directory does not find again was
    /// there before it and is not now.
    pub(super) fn mark(&self) -> u64 {
        self.serials
    }

    /// Forgets, of the next `many` values after a key, what was known before the mark and not found
    /// since; answers where to go on.
    pub(super) fn forget_before(
        &mut self,
        mark: u64,
        after: Option<&Key>,
        many: usize,
    ) -> Option<Key> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let next = self.values.range::<Key, _>((from, Bound::Unbounded)).take(many);
        let next: Vec<_> = next.map(|(key, known)| (key.clone(), known.serial)).collect();
        for (key, _) in next.iter().filter(|(_, serial)| *serial <= mark) {
            self.drop_key(key);
        }
        next.last().map(|(key, _)| key.clone())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    fn key(&self, spot: &Spot) -> Key {
        let known = self.homes.get_key_value(spot.home.as_str()).map(|(home, _)| Arc::clone(home));
        let home = known.unwrap_or_else(|| Arc::from(spot.home.as_str()));
        Key { name: Name::of(spot), home }
    }
}

/// What a file takes on the disk.
fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK).max(1) * BLOCK
}

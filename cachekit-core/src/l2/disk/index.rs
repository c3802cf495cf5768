//! What the directory holds, as far as this process knows: sizes, ends and last uses, for the byte cap.
//!
//! The files are the truth and are served without it. It is made by looking at them at start, kept
//! by every change that this process makes, and made anew now and then, so that other processes'
//! changes are seen.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::random;

use super::path::Spot;

/// What file systems give out: a file takes whole blocks, however short it is.
const BLOCK: u64 = 4096;

/// Entries among which the one that was used longest ago makes room: with this many, what goes is
/// nearly always among the oldest twentieth.
const SAMPLE: usize = 64;

/// The most entries that make room in one step, so that nobody waits behind a long list.
const STEP: usize = 256;

/// Whose value it is. Digests come first: they are as good as random, so that neighbours in the
/// order have nothing in common and a stretch of it is a sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    digest: [u8; 32],
    version: u64,
    home: Arc<str>,
}

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
pub(super) struct Found {
    pub(super) bytes: u64,
    pub(super) expires: u64,
    pub(super) used: u64,
}

/// Whether there is room.
#[derive(Debug)]
pub(super) enum Room {
    /// There is, and it is kept for whoever asked: this many bytes more than before.
    Kept(u64),
    /// There is when these are gone.
    After(Vec<(Key, Known)>),
    /// There is none, and nothing to remove.
    None,
}

/// What the directory holds.
#[derive(Debug, Default)]
pub(super) struct Index {
    values: BTreeMap<Key, Known>,
    /// One text for all entries of a function and tenant.
    homes: HashSet<Arc<str>>,
    /// Bytes of all values, in whole blocks.
    bytes: u64,
    /// Bytes of what is being written.
    kept: u64,
    serials: u64,
    /// No value ends before; it may be earlier than the first end.
    soonest: u64,
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
            return Room::Kept(more);
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
        let nobody = Key { digest: [0; 32], version: 0, home: Arc::from("") };
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
    pub(super) fn ended(&mut self, now: u64, many: usize) -> Vec<(Key, Known)> {
        if now < self.soonest {
            return Vec::new();
        }
        let over = self.values.iter().filter(|(_, known)| known.expires <= now);
        let over: Vec<_> = over.take(many).map(|(key, known)| (key.clone(), *known)).collect();
        if over.len() < many {
            let rest = self.values.values().map(|known| known.expires).filter(|end| *end > now);
            self.soonest = if over.is_empty() { rest.min().unwrap_or(u64::MAX) } else { 0 };
        }
        over
    }

    /// The value of a sample that was used longest ago.
    fn stalest(&self, but: &Key) -> Option<(Key, Known)> {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&random::bits().to_be_bytes());
        let from = Key { digest, version: 0, home: Arc::from("") };
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
        self.serials += 1;
        let known = Known { bytes, expires, used, serial: self.serials };
        self.soonest = self.soonest.min(expires);
        self.bytes += blocks(bytes);
        if let Some(old) = self.values.insert(key, known) {
            self.bytes -= blocks(old.bytes);
        }
    }

    /// A value was found in the directory, by a look that began at the mark.
    pub(super) fn found(&mut self, spot: &Spot, file: Found, mark: u64) {
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
        if let Some(old) = self.values.remove(key) {
            self.bytes -= blocks(old.bytes);
        }
    }

    /// Whether a value is still the one that was seen.
    pub(super) fn is_still(&self, key: &Key, seen: &Known) -> bool {
        self.values.get(key).is_some_and(|known| known.serial == seen.serial)
    }

    /// Everything below a directory is gone.
    pub(super) fn forget_below(&mut self, directory: &str) {
        let below = |home: &str| {
            home.strip_prefix(directory)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let gone: Vec<_> = self.values.keys().filter(|key| below(&key.home)).cloned().collect();
        for key in gone {
            self.drop_key(&key);
        }
        self.homes.retain(|home| Arc::strong_count(home) > 1);
    }

    /// The number that the next value gets: what a look at the directory does not find again was
    /// there before it and is not now.
    pub(super) fn mark(&self) -> u64 {
        self.serials
    }

    /// Forgets what was known before the mark and not found since.
    pub(super) fn forget_before(&mut self, mark: u64) {
        let old = self.values.iter().filter(|(_, known)| known.serial <= mark);
        let gone: Vec<_> = old.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.drop_key(&key);
        }
        self.homes.retain(|home| Arc::strong_count(home) > 1);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    fn key(&mut self, spot: &Spot) -> Key {
        let known = self.homes.get(spot.home.as_str()).map(Arc::clone);
        let home = known.unwrap_or_else(|| {
            let home: Arc<str> = Arc::from(spot.home.as_str());
            self.homes.insert(Arc::clone(&home));
            home
        });
        Key { digest: bytes_of(spot.digest()), version: number_of(spot.version()), home }
    }
}

impl Key {
    /// Where the value lies.
    pub(super) fn spot(&self) -> Spot {
        let mut digest = String::with_capacity(2 * self.digest.len());
        for byte in self.digest {
            for nibble in [byte >> 4, byte & 0x0f] {
                digest.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        Spot::named(&self.home, &digest, &format!("{:016x}", self.version))
    }
}

/// What a file takes on the disk.
fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK).max(1) * BLOCK
}

/// A digest of 64 digits, which a spot has.
fn bytes_of(digits: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
    }
    bytes
}

fn number_of(digits: &str) -> u64 {
    digits.bytes().fold(0, |number, digit| number << 4 | u64::from(nibble(digit)))
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a').wrapping_add(10) & 0x0f,
    }
}

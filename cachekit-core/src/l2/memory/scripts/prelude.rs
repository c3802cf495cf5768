//! What several scripts share, by the names that it has in `redis/scripts/prelude.rs`.

use crate::l2::memory::keys::Kept;

use super::Script;

/// The most fields of an entry of ours.
const MOST_FIELDS: usize = 1_024;

/// The longest name of a field of ours, generation, mark and date.
const FIELD: usize = 128;
const GENERATION: usize = 64;
const MARK: usize = 256;
const DATE: usize = 16;

/// The longest that a filler's own date may lie ahead, in milliseconds.
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// How a generation that is not there is joined: no mark and no claim has it.
const NONE: &str = "-";

/// What a version's value was stored under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing says so.
    Absent,
    /// What says so cannot be read.
    Foreign,
    /// These generations, until then.
    Under(String, u64),
}

impl Script<'_> {
    /// Whether an entry is there. One of more fields than ours have is dropped.
    pub(super) fn is_entry(&mut self) -> bool {
        let fields = self.keys.fields(&self.at.entry).map(|fields| fields.len());
        if fields.is_some_and(|fields| fields > MOST_FIELDS) {
            self.keys.remove(&self.at.entry);
        }
        fields.is_some_and(|fields| fields <= MOST_FIELDS)
    }

    /// The current generations, each followed by a dot; `None` if what is at a key of theirs is none.
    pub(super) fn generation(&mut self) -> Option<String> {
        let mut joined = String::new();
        for key in self.at.generations() {
            joined.push_str(match self.keys.kept(key) {
                None => NONE,
                Some(kept) => token(kept)?,
            });
            joined.push('.');
        }
        Some(joined)
    }

    /// Removes what is no generation; answers whether anything was.
    pub(super) fn clear_generations(&mut self) -> bool {
        let mut gone = false;
        for key in self.at.generations() {
            if self.keys.kept(key).is_some_and(|kept| token(kept).is_none()) {
                gone |= self.keys.remove(key);
            }
        }
        gone
    }

    /// Makes the generations that are not there, and gives each a life of at least so long.
    pub(super) fn keep_generations(&mut self, fresh: Vec<String>, life: u64) {
        for (key, fresh) in self.at.generations().zip(fresh) {
            if self.keys.kept(key).is_none() {
                self.keys.put(key, Kept::Text(fresh.into_bytes()));
            }
            self.keys.live_for(key, life);
        }
    }

    pub(super) fn mark(&mut self, version: &str) -> Mark {
        let fields = self.keys.fields(&self.at.entry);
        match fields.and_then(|fields| fields.get(&format!("g:{version}"))) {
            None => Mark::Absent,
            Some(bytes) => marked(bytes).unwrap_or(Mark::Foreign),
        }
    }

    pub(super) fn value(&mut self, version: &str) -> Option<&Vec<u8>> {
        self.keys.fields(&self.at.entry)?.get(&format!("v:{version}"))
    }

    /// Removes a version's value.
    pub(super) fn drop_version(&mut self, version: &str) {
        for kind in ["v:", "g:"] {
            self.keys.unset(&self.at.entry, &[kind, version].concat());
        }
    }

    /// Gives the entry the longest life that any of its values or fillers still needs.
    ///
    /// Those that need none go, and so do those whose life nobody gave, and fields of longer names
    /// than ours.
    pub(super) fn settle(&mut self) {
        let now = self.keys.now();
        let fields = self.keys.fields(&self.at.entry);
        let names: Vec<_> = fields.into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        let mut last = 0;
        for name in &names {
            let ends = match name.split_at_checked(2) {
                _ if name.len() > FIELD => {
                    self.keys.unset(&self.at.entry, name);
                    continue;
                }
                Some(("g:", version)) => match self.mark(version) {
                    Mark::Under(_, ends) if ends > now => ends,
                    _ => {
                        self.drop_version(version);
                        continue;
                    }
                },
                Some(("f:", _)) => match self.filler_end(name) {
                    Some(ends) if ends > now && ends <= now + DAY => ends,
                    _ => {
                        self.keys.unset(&self.at.entry, name);
                        continue;
                    }
                },
                // A value ends by its mark, and what is not ours by whatever else is there.
                _ => continue,
            };
            last = last.max(ends);
        }
        if last > now {
            self.keys.live_until(&self.at.entry, last);
        }
    }

    fn filler_end(&mut self, field: &str) -> Option<u64> {
        number(self.keys.fields(&self.at.entry)?.get(field)?)
    }

    /// Stores a value under the generations, which live at least as long.
    pub(super) fn store(&mut self, bytes: &[u8], expires: u64, under: &str) {
        let version = &self.at.version;
        self.keys.set(&self.at.entry, &format!("v:{version}"), bytes.to_vec());
        let mark = format!("{under}{expires}").into_bytes();
        self.keys.set(&self.at.entry, &format!("g:{version}"), mark);
        let life = expires.saturating_sub(self.keys.now());
        self.at.generations().for_each(|key| self.keys.live_for(key, life));
        self.settle();
    }
}

/// The generation that is at a key; `None` if that is none.
fn token(kept: &Kept) -> Option<&str> {
    let Kept::Text(bytes) = kept else { return None };
    let is_token =
        (1..=GENERATION).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_hexdigit);
    str::from_utf8(bytes).ok().filter(|_| is_token)
}

/// What a mark says; `None` if it cannot be read.
fn marked(bytes: &[u8]) -> Option<Mark> {
    let dot = bytes.iter().rposition(|byte| *byte == b'.').filter(|_| bytes.len() <= MARK)?;
    let (under, ends) = (&bytes[..dot], number(&bytes[dot + 1..])?);
    let is_sound = under.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'.');
    let under = str::from_utf8(under).ok().filter(|_| is_sound)?;
    Some(Mark::Under(format!("{under}."), ends))
}

/// A date; `None` if it cannot be read.
fn number(digits: &[u8]) -> Option<u64> {
    let is_date = (1..=DATE).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    str::from_utf8(digits).ok().filter(|_| is_date)?.parse().ok()
}

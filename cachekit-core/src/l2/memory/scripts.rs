//! The steps of `redis/scripts.rs`, on keys in memory: by the same names and rules, each in one step.
//!
//! A differential test of the test workspace holds the two to each other.

mod prelude;

use crate::guards::Guard;
use crate::l2::{
    Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Seen, Stored, Swapped,
};

use super::keys::Keys;
use prelude::Mark;

/// How long a filler, and a generation that was asked for, live at least, in milliseconds.
pub(super) const FILLER_LIFE: u64 = 60 * 60 * 1_000;

/// One operation, on the keys of a place.
pub(super) struct Script<'a> {
    keys: &'a mut Keys,
    at: &'a Place,
}

impl<'a> Script<'a> {
    pub(super) fn new(keys: &'a mut Keys, at: &'a Place) -> Self {
        Self { keys, at }
    }

    /// Reads a value, of whatever size.
    ///
    /// Redis reads without a script here, and looks at the generations only where there is a mark.
    pub(super) fn read(mut self) -> Read {
        if self.keys.kept(&self.at.entry).is_none() {
            return Read::Absent;
        }
        if self.keys.fields(&self.at.entry).is_none() {
            return Read::WrongType;
        }
        match self.mark(&self.at.version) {
            Mark::Foreign => Read::WrongType,
            Mark::Under(under, _) if self.is_current(&under, Guard::ReadGeneration) => self.bytes(),
            Mark::Under(..) | Mark::Absent => Read::Absent,
        }
    }

    /// Reads a value of at most so many bytes.
    pub(super) fn read_within(mut self, max_bytes: usize) -> Read {
        if self.keys.kept(&self.at.entry).is_none() {
            return Read::Absent;
        }
        if !self.is_entry() {
            return Read::WrongType;
        }
        let mark = self.mark(&self.at.version);
        let Some(current) = self.generation() else { return Read::WrongType };
        match mark {
            Mark::Foreign => Read::WrongType,
            Mark::Under(under, _) if under == current || !Guard::ReadGeneration.holds() => {
                if self.size() > max_bytes { Read::TooLarge } else { self.bytes() }
            }
            Mark::Under(..) | Mark::Absent => Read::Absent,
        }
    }

    fn bytes(&mut self) -> Read {
        let value = self.value(&self.at.version);
        value.map_or(Read::Absent, |bytes| Read::Bytes(bytes.clone()))
    }

    fn size(&mut self) -> usize {
        self.value(&self.at.version).map_or(0, Vec::len)
    }

    pub(super) fn shed(mut self, max_bytes: usize) -> Rejected {
        if !self.is_entry() || self.size() <= max_bytes {
            return Rejected::Changed;
        }
        self.drop_version(&self.at.version);
        self.settle();
        Rejected::Removed
    }

    pub(super) fn claim(mut self, filler: &str, fresh: Vec<String>) -> Result<Claim, Fault> {
        if self.generation().is_none() {
            return Err(Fault::poison());
        }
        if !self.is_entry() {
            self.keys.remove(&self.at.entry);
        }
        self.keep_generations(fresh, FILLER_LIFE);
        let now = self.keys.now();
        let end = (now + FILLER_LIFE).to_string().into_bytes();
        self.keys.set(&self.at.entry, &format!("f:{filler}"), end);
        self.settle();
        let generation = self.generation().ok_or_else(Fault::poison)?;
        Ok(Claim { filler: filler.to_owned(), generation, now })
    }

    pub(super) fn commit(mut self, fill: &Fill<'_>) -> Committed {
        if !self.is_entry() && Guard::FillerCheck.holds() {
            return Committed::Lost;
        }
        let was = self.take(fill.claim) || !Guard::FillerCheck.holds();
        let wanted = was && self.is_current(&fill.claim.generation, Guard::CommitGeneration);
        if wanted && fill.sole && Guard::SoleCommit.holds() {
            self.keys.remove(&self.at.entry);
        }
        if !wanted {
            self.settle();
            return Committed::Lost;
        }
        if fill.value.expires <= self.keys.now() {
            // It would not be served: the fill ends as one that returned nothing to keep.
            self.settle();
            return Committed::Stored;
        }
        self.store(fill.value.bytes, fill.value.expires, &fill.claim.generation);
        Committed::Stored
    }

    pub(super) fn abort(mut self, claim: &Claim) -> bool {
        if !self.is_entry() {
            return false;
        }
        let was = self.take(claim);
        let wanted = was && self.is_current(&claim.generation, Guard::AbortGeneration);
        self.settle();
        wanted
    }

    /// Takes a filler back; answers whether it was there.
    fn take(&mut self, claim: &Claim) -> bool {
        self.keys.unset(&self.at.entry, &format!("f:{}", claim.filler))
    }

    /// Whether generations are those of now, as far as somebody guards that.
    fn is_current(&mut self, under: &str, guard: Guard) -> bool {
        self.generation().is_some_and(|current| current == under) || !guard.holds()
    }

    pub(super) fn reject(mut self, seen: Seen<'_>) -> Rejected {
        let gone = match seen {
            Seen::WrongType => {
                let cleared = self.clear_generations();
                self.reject_type() || cleared
            }
            Seen::Bytes(bytes) => self.reject_bytes(bytes),
        };
        if gone { Rejected::Removed } else { Rejected::Changed }
    }

    fn reject_type(&mut self) -> bool {
        if !self.is_entry() {
            return self.keys.remove(&self.at.entry);
        }
        let is_foreign = self.mark(&self.at.version) == Mark::Foreign;
        if is_foreign {
            self.drop_version(&self.at.version);
            self.settle();
        }
        is_foreign
    }

    fn reject_bytes(&mut self, seen: &[u8]) -> bool {
        let unchanged =
            self.is_entry() && self.value(&self.at.version).is_some_and(|bytes| bytes == seen);
        if unchanged {
            self.drop_version(&self.at.version);
            self.settle();
        }
        unchanged
    }

    pub(super) fn replace(mut self, value: Stored<'_>, fresh: Vec<String>) -> Replaced {
        if Guard::ReplaceFence.holds() {
            self.keys.remove(&self.at.entry);
        }
        let now = self.keys.now();
        if value.expires <= now {
            return Replaced::Ended;
        }
        self.clear_generations();
        self.keep_generations(fresh, value.expires - now);
        let under = self.generation().expect("what was no generation is gone");
        self.store(value.bytes, value.expires, &under);
        Replaced::Stored
    }

    pub(super) fn swap(mut self, old: &[u8], new: &[u8]) -> Swapped {
        let version = &self.at.version;
        if !self.is_entry() {
            return Swapped::Absent;
        }
        let Mark::Under(under, ends) = self.mark(version) else { return Swapped::Absent };
        if self.generation().as_ref() != Some(&under) || ends <= self.keys.now() {
            return Swapped::Absent;
        }
        match self.value(version) {
            None => return Swapped::Absent,
            Some(bytes) if bytes != old && Guard::SwapCompare.holds() => return Swapped::Changed,
            Some(_) => {}
        }
        if Guard::SwapFence.holds() {
            self.keys.remove(&self.at.entry);
        }
        self.keys.set(&self.at.entry, &format!("v:{version}"), new.to_vec());
        let mark = format!("{under}{ends}").into_bytes();
        self.keys.set(&self.at.entry, &format!("g:{version}"), mark);
        self.settle();
        Swapped::Stored
    }
}

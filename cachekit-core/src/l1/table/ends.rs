//! The number of entries that have not ended, counted as they come and go, so that nobody looks at them all.
//!
//! ```text
//! class of lives:  ..  16 to 32 s            32 to 64 s             64 to 128 s
//!                      slot slot slot ..     slot slot slot ..      ..
//! slot:            how many end in this 512th of the class's longest life; the first, the last
//! ```
//!
//! Entries are counted by the slot that they end in. What ends in later slots than the present one
//! has not ended; where the first and the last of the present slot stand on either side of now, they
//! are taken to be spread evenly.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::l1::entry::Span;
use crate::time::clock::Tick;

/// Halvings of a life that make a slot: counts are exact to a 256th of a life at worst, and a class
/// takes twelve kilobytes.
const HALVINGS: u32 = 9;

/// The slots that live entries of a class are in at one time: as many as a life has, and one for
/// the part that has begun at either end. No two of them share one.
const SLOTS: u64 = (1 << HALVINGS) + 2;

/// Bits of a slot's word that hold its count. The others tell its turn of the ring from others,
/// which they do for years.
const COUNT: u32 = 28;
const COUNTS: u64 = (1 << COUNT) - 1;
const TURNS: u64 = u64::MAX >> COUNT;

/// Entries that end, by when.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// In the order of their first entries: one class, or two with jitter, is the rule.
    first: OnceLock<Box<Class>>,
}

/// Entries whose lives are within a power of two of each other.
#[derive(Debug)]
struct Class {
    /// The bits of its longest life.
    bits: u32,
    slots: Box<[Slot]>,
    next: OnceLock<Box<Class>>,
}

/// All is relaxed: a reader wants a sum and not a moment.
#[derive(Debug, Default)]
struct Slot {
    /// The turn, and how many end in it.
    word: AtomicU64,
    /// When the first and the last of them do.
    first: AtomicU64,
    last: AtomicU64,
}

impl Ends {
    /// An entry that ends is about to be there.
    pub(super) fn came(&self, span: Span) {
        let (bits, ends) = (bits(span), span.expires.bits());
        let mut at = &self.first;
        loop {
            let class = at.get_or_init(|| Box::new(Class::new(bits)));
            if class.bits == bits {
                let (slot, turn) = class.slot(ends);
                return slot.came(turn, ends);
            }
            at = &class.next;
        }
    }

    /// An entry is gone.
    pub(super) fn went(&self, span: Span) {
        let bits = bits(span);
        if let Some(class) = self.classes().find(|class| class.bits == bits) {
            let (slot, turn) = class.slot(span.expires.bits());
            slot.went(turn);
        }
    }

    /// Entries that end later than now.
    pub(super) fn after(&self, now: Tick) -> u64 {
        let now = now.bits();
        let of = |class: &Class| {
            let present = class.turn(now);
            class.slots.iter().map(|slot| slot.after(present, now)).sum::<u64>()
        };
        self.classes().map(of).sum()
    }

    fn classes(&self) -> impl Iterator<Item = &Class> {
        let mut at = &self.first;
        std::iter::from_fn(move || {
            let class = at.get()?;
            at = &class.next;
            Some(&**class)
        })
    }
}

/// The bits of a life.
fn bits(span: Span) -> u32 {
    let life = span.expires.bits().saturating_sub(span.born.bits());
    u64::BITS - life.leading_zeros()
}

impl Class {
    fn new(bits: u32) -> Self {
        let slots = (0..SLOTS).map(|_| Slot::default()).collect();
        Self { bits, slots, next: OnceLock::new() }
    }

    fn turn(&self, at: u64) -> u64 {
        at >> self.bits.saturating_sub(HALVINGS)
    }

    fn slot(&self, ends: u64) -> (&Slot, u64) {
        let turn = self.turn(ends);
        let index = usize::try_from(turn % SLOTS).expect("some hundreds");
        (&self.slots[index], turn)
    }
}

impl Slot {
    fn came(&self, turn: u64, ends: u64) {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let (theirs, count) = (word >> COUNT, word & COUNTS);
            let is_first = count == 0 || is_later(turn, theirs);
            if !is_first && theirs != turn & TURNS {
                return; // It has ended long ago.
            }
            let count = if is_first { 1 } else { count + 1 };
            let new = (turn & TURNS) << COUNT | count & COUNTS;
            match self.word.compare_exchange_weak(word, new, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) if is_first => {
                    self.first.store(ends, Ordering::Relaxed);
                    self.last.store(ends, Ordering::Relaxed);
                    return;
                }
                Ok(_) => {
                    self.first.fetch_min(ends, Ordering::Relaxed);
                    self.last.fetch_max(ends, Ordering::Relaxed);
                    return;
                }
                Err(now) => word = now,
            }
        }
    }

    /// One that ended in a turn that is over is not counted any more.
    fn went(&self, turn: u64) {
        let less =
            |word: u64| (word >> COUNT == turn & TURNS && word & COUNTS > 0).then(|| word - 1);
        let _ = self.word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    fn after(&self, present: u64, now: u64) -> u64 {
        let word = self.word.load(Ordering::Relaxed);
        let (turn, count) = (word >> COUNT, word & COUNTS);
        if turn != present & TURNS {
            return if is_later(turn, present) { count } else { 0 };
        }
        let (first, last) = (self.first.load(Ordering::Relaxed), self.last.load(Ordering::Relaxed));
        if first > now {
            return count;
        }
        let share = u128::from(count) * u128::from(last.saturating_sub(now));
        u64::try_from(share / u128::from(last.saturating_sub(first).max(1)))
            .expect("a part of the count")
    }
}

/// Whether a turn comes after another, of which the lower bits are known.
fn is_later(turn: u64, other: u64) -> bool {
    let ahead = turn.wrapping_sub(other) & TURNS;
    ahead != 0 && ahead <= TURNS / 2
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const START: Tick = Tick::EARLIEST;

    fn span(born: Duration, life: Duration) -> Span {
        let born = START.after(born);
        Span { born, expires: born.after(life) }
    }

    /// Entries of one life that begin at every tenth of a second, among which half are removed.
    fn made(life: Duration) -> (Ends, Vec<Span>) {
        let ends = Ends::default();
        let mut left = Vec::new();
        for tenth in 0..5_000_u32 {
            let span = span(Duration::from_millis(100) * tenth, life);
            ends.came(span);
            if tenth % 2 == 0 { left.push(span) } else { ends.went(span) }
        }
        (ends, left)
    }

    #[test]
    fn the_count_is_that_of_the_entries_to_a_256th_of_a_life() {
        for life in [1, 7, 60, 300, 100_000].map(Duration::from_secs) {
            let (ends, left) = made(life);
            for moment in 0..200_u32 {
                let now = START.after(Duration::from_secs(500) + life * moment / 199);
                let live = left.iter().filter(|span| now < span.expires).count() as u64;
                let counted = ends.after(now);
                let slack = life.as_secs() * 5 / 256 + 1;
                assert!(counted.abs_diff(live) <= slack, "{counted} of {live} after {life:?}");
            }
        }
    }

    #[test]
    fn what_ended_is_not_counted_however_long_it_stays() {
        let ends = Ends::default();
        let life = Duration::from_secs(10);
        for turn in 0..10_000_u32 {
            ends.came(span(life * turn, life));
            assert_eq!(ends.after(START.after(life * turn)), 1);
            assert_eq!(ends.after(START.after(life * (turn + 1))), 0);
        }
        ends.went(span(Duration::ZERO, life));
        ends.came(span(Duration::ZERO, life));
        assert_eq!(ends.after(START.after(life * 9_999)), 1, "the old one counts for nothing");
    }

    #[test]
    fn entries_of_one_moment_are_counted_to_the_last() {
        let ends = Ends::default();
        let spans =
            [3, 60, 3_600].map(|secs| span(Duration::from_secs(1), Duration::from_secs(secs)));
        for span in spans {
            ends.came(span);
        }
        for (gone, span) in (0_u64..).zip(&spans) {
            let before = span.expires.before(Duration::from_nanos(1));
            assert_eq!((ends.after(before), ends.after(span.expires)), (3 - gone, 2 - gone));
        }
    }
}

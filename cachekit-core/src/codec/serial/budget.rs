//! Budget: what one value may be made of, in bytes and in levels, counted by adaptors around serde.
//!
//! A few stored bytes may ask for a value of gigabytes (a sequence of wide elements of which each
//! takes one byte), for one that takes for ever (elements that take none), or for one whose levels
//! exhaust the stack. Each place that a value is made into is charged its size before the next, and
//! each string its length; what is inside another value is charged once. The same adaptor looks for
//! the bytes of a string before it makes one: whatever asks for an owned string is answered with a
//! borrowed one, which it copies.
//!
//! What is charged are the values. A container that grows has up to twice as much, three times
//! while it moves; serde reserves up to a mebibyte for a length that is only claimed, in each level;
//! and what the allocator adds to a piece of its own is not counted.
//!
//! A writer is held to the same bounds, since nobody stores what nobody may read. It does not see
//! the types of what it writes (`Vec<T>` writes `&T`), so it counts, and what may be above the bound
//! is read back ([`Budget::is_doubtful`]).

#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
mod parts;
#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
mod read;
#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
mod write;

use std::cell::Cell;
use std::fmt;

/// A value may come to this many times `max_value_bytes`: varints, marks of `Option` and short texts
/// are smaller when stored, and honest values by no more.
const TIMES: usize = 4;

/// The most levels of one value in another. Each takes a few frames of the stack, which hold in the
/// two mebibytes of a thread without optimisation.
#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
const MOST_LEVELS: u8 = 128;

/// An element of no size costs only time. As few bytes as this would be counted for seconds.
#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
const LEAST_CHARGE: usize = 16;

/// The widest element that a writer takes for granted. A smaller one reads more values back as they
/// are stored; a larger one only those that have more elements.
const WIDE_BYTES: usize = 4096;

/// What one value may still be made of.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    left: Cell<usize>,
    places: Cell<usize>,
    excess: Cell<Option<Excess>>,
}

/// What a value has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// More bytes than may be made.
    Bytes {
        /// As many as may be.
        most: usize,
    },
    /// More levels.
    Levels,
}

impl Budget {
    /// For a value that may have this many bytes when it is stored.
    pub fn new(max_bytes: usize) -> Self {
        let most = max_bytes.saturating_mul(TIMES);
        let (left, places) = (Cell::new(most), Cell::new(1));
        Self { most, left, places, excess: Cell::new(None) }
    }

    /// What of it was too much.
    pub fn excess(&self) -> Option<Excess> {
        self.excess.get()
    }

    /// Whether what was written may be more than may be read, if its elements are wide.
    pub(crate) fn is_doubtful(&self) -> bool {
        let spent = self.most - self.left.get();
        self.places.get().saturating_mul(WIDE_BYTES).saturating_add(spent) > self.most
    }
}

#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
impl Budget {
    #[inline]
    fn charge(&self, bytes: usize) -> Result<(), Excess> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => self.exceeded(Excess::Bytes { most: self.most }),
        }
    }

    /// Refuses a claim of more elements than there can be, of whatever size, before the first.
    #[inline]
    fn admit(&self, claimed: Option<usize>) -> Result<(), Excess> {
        if claimed.is_some_and(|elements| elements > self.left.get()) {
            return self.exceeded(Excess::Bytes { most: self.most });
        }
        Ok(())
    }

    #[inline]
    fn place(&self) {
        self.places.set(self.places.get().saturating_add(1));
    }

    #[cold]
    fn exceeded(&self, excess: Excess) -> Result<(), Excess> {
        self.excess.set(Some(excess));
        Err(excess)
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { most } => {
                write!(
                    f,
                    "the value takes more than {most} bytes of memory, {TIMES} times max_value_bytes"
                )
            }
            Self::Levels => f.write_str("the value has more than 128 levels"),
        }
    }
}

/// A part of serde's with a budget around it: a deserializer, a visitor, an access, a seed, a
/// serializer or a value.
#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
pub(super) struct Within<'b, T> {
    inner: T,
    budget: &'b Budget,
    levels: u8,
    /// Bytes that are charged for what is being made.
    room: usize,
    /// Whether its parts lie in this room, as fields do and elements of a sequence do not.
    inside: bool,
}

#[cfg(any(feature = "bincode", feature = "postcard", feature = "msgpack"))]
impl<'b, T> Within<'b, T> {
    pub(super) fn new(inner: T, budget: &'b Budget) -> Self {
        Self { inner, budget, levels: 0, room: 0, inside: false }
    }

    /// The same place around something else.
    #[inline]
    fn around<U>(&self, inner: U) -> Within<'b, U> {
        let Self { budget, levels, room, inside, .. } = *self;
        Within { inner, budget, levels, room, inside }
    }

    #[inline]
    fn deeper(&mut self) -> Result<(), Excess> {
        if self.levels == MOST_LEVELS {
            return self.budget.exceeded(Excess::Levels);
        }
        self.levels += 1;
        Ok(())
    }
}

#[cfg(all(test, feature = "postcard"))]
mod tests;

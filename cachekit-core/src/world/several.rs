//! Several worlds in one process, each by a number of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sync::plain;

/// The number of a world; outside of all of them it is zero.
pub(crate) type Number = u64;

thread_local! {
    static NUMBER: Cell<Number> = const { Cell::new(OUTSIDE) };
}

const OUTSIDE: Number = 0;

/// The world that this thread is in.
///
/// Outside while the thread's locals are being destroyed, as nothing of a test's runs then.
#[inline]
pub(crate) fn number() -> Number {
    NUMBER.try_with(Cell::get).unwrap_or(OUTSIDE)
}

/// Whether this thread is in a world of a test's.
pub(crate) fn is_inside() -> bool {
    number() != OUTSIDE
}

/// A thread in a world, until this is dropped.
#[derive(Debug)]
#[must_use = "a thread is in a world until this is dropped"]
pub(crate) struct Entered {
    before: Number,
}

impl Entered {
    pub(crate) fn new(number: Number) -> Self {
        Self { before: NUMBER.replace(number) }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let before = self.before;
        // A thread that ends is in no world any more.
        let _ = NUMBER.try_with(|number| number.set(before));
    }
}

/// The world that something was begun in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here(Number);

impl Here {
    pub(crate) fn now() -> Self {
        Self(number())
    }

    /// Does something in it.
    pub(crate) fn run<R>(self, then: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(self.0);
        then()
    }
}

/// What a process has once, and each world for itself.
///
/// What a world had is never freed: calls hold it for as long as a process lasts, and a function's
/// part of a world in which it was called is some tens of kilobytes.
pub(crate) struct PerWorld<T: 'static> {
    outside: T,
    inside: Mutex<BTreeMap<Number, &'static T>>,
    make: fn() -> T,
}

impl<T> PerWorld<T> {
    pub(crate) const fn new(outside: T, make: fn() -> T) -> Self {
        Self { outside, inside: Mutex::new(BTreeMap::new()), make }
    }

    #[inline]
    pub(crate) fn here(&'static self) -> &'static T {
        match number() {
            OUTSIDE => &self.outside,
            number => self.inside(number),
        }
    }

    /// Forgets what this world has.
    pub(crate) fn end(&'static self) {
        plain(&self.inside).remove(&number());
    }

    #[cold]
    fn inside(&self, number: Number) -> &'static T {
        plain(&self.inside).entry(number).or_insert_with(|| Box::leak(Box::new((self.make)())))
    }
}

/// What is random in the worlds that were given a seed.
static SEEDS: Mutex<BTreeMap<Number, u64>> = Mutex::new(BTreeMap::new());

impl Entered {
    /// The number of a new world.
    pub(crate) fn begin(seed: Option<u64>) -> Number {
        static LAST: AtomicU64 = AtomicU64::new(OUTSIDE);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(seed) = seed {
            plain(&SEEDS).insert(number, seed);
        }
        number
    }

    /// A world's end.
    pub(crate) fn end(number: Number) {
        plain(&SEEDS).remove(&number);
    }
}

/// The next bits of this world's own randomness; `None` where that is the system's.
pub(crate) fn bits() -> Option<u64> {
    let number = number();
    if number == OUTSIDE {
        return None;
    }
    plain(&SEEDS).get_mut(&number).map(spread)
}

/// The next bits after a state.
///
/// `SplitMix64` (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014).
pub(crate) fn spread(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

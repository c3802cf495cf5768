//! Random choices that a seed repeats.

use std::hash::{BuildHasher, RandomState};

/// A generator of choices, `SplitMix64`: the same seed, the same choices.
///
/// ```
/// use cachekit_tests::checker::Dice;
///
/// assert_eq!(Dice::new(7).roll(), Dice::new(7).roll());
/// assert!(Dice::new(7).below(6) < 6);
/// ```
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The choices of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A seed that no other run has.
    pub fn seed() -> u64 {
        RandomState::new().hash_one(0_u8)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let count = u64::try_from(from.len()).unwrap_or(u64::MAX);
        from[usize::try_from(self.below(count)).unwrap_or_default()]
    }

    /// A generator of its own, for another actor.
    pub fn child(&mut self) -> Self {
        Self(self.roll())
    }
}

//! Limit: what a deployment allows a function at most, whatever its attribute says.

use std::time::Duration;

use super::{LONGEST, Policy, SHORTEST};

/// What a deployment allows a function at most.
///
/// It shortens and shrinks: what is longer or larger than what the attribute says changes nothing.
///
/// ```
/// use std::time::Duration;
/// use cachekit::{Limit, Runtime, cached};
///
/// #[cached(ttl = 3_600)]
/// fn profile(id: u64) -> u64 {
///     id * 7
/// }
///
/// # fn main() -> Result<(), cachekit::Error> {
/// // Here, a minute and a hundred entries have to do.
/// let least = Limit::ttl(Duration::from_secs(60)).max_size(100);
/// Runtime::builder().limit(profile::SPEC, least).install()?;
/// assert_eq!(profile(6), 42);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limit {
    pub(crate) ttl: Option<Duration>,
    pub(crate) max_size: Option<usize>,
}

impl Limit {
    /// Nothing is limited.
    ///
    /// ```
    /// use cachekit::Limit;
    ///
    /// let few = Limit::NONE.max_size(100);
    /// assert_ne!(few, Limit::NONE);
    /// ```
    pub const NONE: Self = Self { ttl: None, max_size: None };

    /// No value lives longer than this from the start of its fill, a cached `Err` or `None`
    /// neither; between a millisecond and ten years.
    pub const fn ttl(ttl: Duration) -> Self {
        Self { ttl: Some(ttl), ..Self::NONE }
    }

    /// L1 holds no more entries than this; at least one.
    pub const fn max_size(self, entries: usize) -> Self {
        Self { max_size: Some(entries), ..self }
    }

    /// Both limits.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { ttl: least(self.ttl, other.ttl), max_size: least(self.max_size, other.max_size) }
    }

    /// Why it is no limit.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.ttl.is_some_and(|ttl| ttl < SHORTEST) {
            return Err("a limit under a millisecond would keep nothing; give it a length");
        }
        if self.ttl.is_some_and(|ttl| ttl > LONGEST) {
            return Err("a limit of more than ten years limits nothing; leave it out");
        }
        if self.max_size == Some(0) {
            return Err("a limit of no entries would keep nothing; allow at least one");
        }
        Ok(())
    }
}

impl Policy {
    /// The same within what a deployment allows.
    pub(crate) fn within(self, limit: Limit) -> Self {
        Self {
            ttl: least(self.ttl, limit.ttl),
            negative_ttl: self
                .negative_ttl
                .map(|life| limit.ttl.map_or(life, |most| life.min(most))),
            max_size: limit.max_size.map_or(self.max_size, |most| self.max_size.min(most)),
            ..self
        }
    }
}

/// The lesser of two bounds, of which each may be absent.
fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_limit_shortens_and_shrinks_and_never_the_reverse() {
        let policy = Policy {
            ttl: Some(60 * SECOND),
            negative_ttl: Some(90 * SECOND),
            max_size: 100,
            ..Policy::LOCAL
        };
        let lives = |limit| {
            let Policy { ttl, negative_ttl, max_size, .. } = policy.within(limit);
            (ttl, negative_ttl, max_size)
        };
        assert_eq!(lives(Limit::NONE), (Some(60 * SECOND), Some(90 * SECOND), 100));
        let tight = Limit::ttl(SECOND).max_size(7);
        assert_eq!(lives(tight), (Some(SECOND), Some(SECOND), 7));
        let between = Limit::ttl(75 * SECOND).max_size(1_000);
        assert_eq!(lives(between), (Some(60 * SECOND), Some(75 * SECOND), 100));
        let never = Policy::LOCAL.within(Limit::ttl(SECOND));
        assert_eq!((never.ttl, never.negative_ttl), (Some(SECOND), None));
    }

    #[test]
    fn of_two_limits_the_lesser_holds() {
        let both = Limit::ttl(SECOND).max_size(9).and(Limit::ttl(2 * SECOND).max_size(3));
        assert_eq!(both, Limit::ttl(SECOND).max_size(3));
        assert_eq!(Limit::NONE.max_size(3).and(Limit::ttl(SECOND)), Limit::ttl(SECOND).max_size(3));
    }
}

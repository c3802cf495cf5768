//! How long a value lives and what it weighs, where the value itself decides.

use std::fmt;
use std::time::Duration;

use crate::codec::Live;
use crate::policy::{LONGEST, Policy, SHORTEST, Sign};
use crate::random;

/// What a function asks of its values.
pub struct PerValue<V> {
    /// A value's own life, from the start of its fill.
    pub ttl_of: Option<fn(&V) -> Duration>,
    /// The bytes that a value points at.
    pub weigh: Option<fn(&V) -> usize>,
}

impl<V> PerValue<V> {
    /// Nothing is asked of values.
    pub const NONE: Self = Self { ttl_of: None, weigh: None };

    /// A new value's life; `None` does not end, and zero is not worth keeping.
    ///
    /// Jitter only shortens: entries that were made together need not end together.
    pub(crate) fn life(&self, policy: &Policy, value: &V, sign: Sign) -> Option<Duration> {
        let life = self.limit(policy, value, sign)?;
        if life < SHORTEST {
            return Some(Duration::ZERO);
        }
        let Some(jitter) = policy.jitter else { return Some(life) };
        let spread = life.mul_f64(1.0 - jitter * random::fraction());
        // Stored lives end on a whole millisecond, and this one ends alike in every tier.
        Some(
            spread
                .saturating_sub(Duration::from_nanos(u64::from(spread.subsec_nanos()) % 1_000_000))
                .max(SHORTEST),
        )
    }

    /// The longest that a value may live.
    ///
    /// A cached `Err` or `None` with a life of its own is not asked for another.
    fn limit(&self, policy: &Policy, value: &V, sign: Sign) -> Option<Duration> {
        let stated = policy.life(sign);
        let own = match self.ttl_of {
            Some(ttl_of) if sign == Sign::Positive || policy.negative_ttl.is_none() => {
                Some(ttl_of(value).min(LONGEST))
            }
            _ => None,
        };
        match (stated, own) {
            (Some(stated), Some(own)) => Some(stated.min(own)),
            (stated, own) => stated.or(own),
        }
    }

    /// Whether this build would still serve a value that another may have stored for longer; what
    /// is left of its life is shortened to what this build gives it.
    pub(crate) fn bounds(&self, policy: &Policy, live: &mut Live<V>) -> bool {
        if self.ttl_of.is_none() {
            return true;
        }
        let Some(limit) = self.limit(policy, &live.value, live.sign) else { return true };
        live.left = live.left.min(limit.saturating_sub(live.age));
        !live.left.is_zero()
    }

    /// The bytes that a value points at: what the function says, else what it has when stored.
    pub(crate) fn weight(&self, value: &V, stored: impl FnOnce() -> usize) -> usize {
        self.weigh.map_or_else(stored, |weigh| weigh(value))
    }
}

impl<V> Clone for PerValue<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for PerValue<V> {}

impl<V> fmt::Debug for PerValue<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerValue").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn policy(ttl: Option<Duration>, negative_ttl: Option<Duration>) -> Policy {
        Policy { ttl, negative_ttl, ..Policy::LOCAL }
    }

    fn by_value() -> PerValue<u64> {
        PerValue { ttl_of: Some(|seconds| Duration::from_secs(*seconds)), weigh: None }
    }

    #[test]
    fn a_values_own_life_is_bounded_by_the_functions() {
        let measure = by_value();
        let life = |policy: &Policy, value| measure.life(policy, &value, Sign::Positive);
        assert_eq!(life(&policy(None, None), 7), Some(7 * SECOND));
        assert_eq!(life(&policy(Some(5 * SECOND), None), 7), Some(5 * SECOND));
        assert_eq!(life(&policy(Some(5 * SECOND), None), 3), Some(3 * SECOND));
        assert_eq!(life(&policy(None, None), 0), Some(Duration::ZERO));
        assert_eq!(life(&policy(None, None), u64::MAX), Some(LONGEST));
    }

    #[test]
    fn a_negative_life_that_is_stated_is_not_asked_of_the_value() {
        let measure = by_value();
        let negative = |policy: &Policy| measure.life(policy, &9, Sign::Negative);
        assert_eq!(negative(&policy(None, Some(2 * SECOND))), Some(2 * SECOND));
        assert_eq!(negative(&policy(None, None)), Some(9 * SECOND));
    }

    #[test]
    fn jitter_shortens_and_never_lengthens() {
        let policy = Policy { ttl: Some(100 * SECOND), jitter: Some(0.25), ..Policy::LOCAL };
        let lives: Vec<_> =
            (0..1_000).filter_map(|_| PerValue::NONE.life(&policy, &0, Sign::Positive)).collect();
        assert!(lives.iter().all(|life| *life <= 100 * SECOND && *life >= 75 * SECOND));
        assert!(lives.iter().any(|life| *life < 80 * SECOND), "the spread is not used");
        assert!(lives.iter().any(|life| *life > 95 * SECOND), "the spread is not even");
    }
}

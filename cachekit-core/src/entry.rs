//! One L1 entry: a value with its birth, its end, and the outage it was born in, if any.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::clock::{Clock, Tick};

/// When an entry was begun, when it ends, and whether it is a fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The start of the fill; age and life count from here.
    pub(crate) born: Tick,
    /// The entry is served strictly before this tick.
    pub(crate) expires: Tick,
    /// The outage it belongs to: served only while that one lasts.
    pub(crate) outage: Option<Outage>,
}

/// The number of one outage of L2, counted from one since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage(pub(crate) NonZeroU32);

impl Outage {
    /// The outage of a tier that cannot be had at all.
    pub(crate) const FOR_EVER: Self = Self(NonZeroU32::MAX);
}

impl Span {
    /// A life of `life` from `born`; without `life` it does not end.
    ///
    /// It ends earlier by the clock's lag, so that no entry is ever served late.
    pub(crate) fn new(clock: &Clock, born: Tick, life: Option<Duration>) -> Self {
        let expires = match life {
            Some(life) => born.after(life.saturating_sub(clock.lag())),
            None => Tick::NEVER,
        };
        Self { born, expires, outage: None }
    }

    /// What is left of a life that began elsewhere, as read at `read`.
    pub(crate) fn rest(clock: &Clock, read: Tick, age: Duration, left: Duration) -> Self {
        Self { born: read.before(age), ..Self::new(clock, read, Some(left)) }
    }

    /// The same life, served only during `outage`.
    pub(crate) fn during(self, outage: Outage) -> Self {
        Self { outage: Some(outage), ..self }
    }

    /// Whether the entry may be served at `now`, whatever the state of L2.
    #[inline]
    pub(crate) fn lives(&self, now: Tick) -> bool {
        now < self.expires && self.outage.is_none()
    }

    /// Whether the entry may be served at `now` in `outage`.
    pub(crate) fn lives_in(&self, now: Tick, outage: Option<Outage>) -> bool {
        now < self.expires && (self.outage.is_none() || self.outage == outage)
    }
}

/// A value with its span, as L1 holds it: inline, so that a hit follows one pointer less.
#[derive(Debug, Clone)]
pub(crate) struct Entry<V> {
    pub(crate) value: V,
    pub(crate) span: Span,
    /// Tells one entry of a key from the next, for a local read-modify-write.
    pub(crate) serial: u64,
}

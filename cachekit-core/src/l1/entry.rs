//! One L1 entry: a value with its birth and its end.

use std::time::Duration;

use crate::time::clock::{Clock, Tick};

/// When an entry was begun, and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The start of the fill; age and life count from here.
    pub(crate) born: Tick,
    /// The entry is served strictly before this tick.
    pub(crate) expires: Tick,
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
        Self { born, expires }
    }

    /// What is left of a life that began elsewhere, as read at `read`.
    pub(crate) fn rest(clock: &Clock, read: Tick, age: Duration, left: Duration) -> Self {
        Self { born: read.before(age), ..Self::new(clock, read, Some(left)) }
    }
}

/// A value with its span, as L1 holds it: inline, so that a hit follows one pointer less, and
/// small, so that more of them fit the processor's caches.
#[derive(Debug, Clone)]
pub(crate) struct Entry<V> {
    pub(crate) value: V,
    pub(crate) span: Span,
    /// Bytes that the entry comes to, where entries are bounded by bytes.
    pub(crate) weight: u32,
}

/// When a value that began at `created` ends; both in milliseconds of one clock.
pub(crate) fn end(created: u64, life: Option<Duration>) -> u64 {
    let life = life.map_or(u128::MAX, |life| life.as_millis());
    created.saturating_add(u64::try_from(life).unwrap_or(u64::MAX))
}

impl<V> Entry<V> {
    /// Whether the entry may be served at `now`.
    #[inline]
    pub(crate) fn serves(&self, now: Tick) -> bool {
        now < self.span.expires
    }
}

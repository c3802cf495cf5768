//! The server's time, between the replies that tell it.

use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use crate::clock;
use crate::l2::TierTime;
use crate::sync::plain;

/// How old a reading may be before it is renewed: until then a server's clock that is stepped goes
/// unnoticed, and two clocks drift apart by far less than a millisecond.
const FRESH: Duration = Duration::from_secs(30);

/// The difference between the server's time and this process's monotonic clock, as a range.
///
/// The server told its time at some moment between the request's leaving and the reply's coming.
#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<Option<Known>>);

#[derive(Debug, Clone, Copy)]
struct Known {
    /// Microseconds to add to the process's time for the earliest and the latest that it may be.
    least: i128,
    most: i128,
    read: Instant,
}

impl Offset {
    /// Learns the server's time, in microseconds since the Unix epoch.
    pub(super) fn learn(&self, server: i128, sent: Instant, received: Instant) {
        let known = Known {
            least: server - since_start(received),
            most: server - since_start(sent),
            read: received,
        };
        *plain(&self.0) = Some(known);
    }

    /// The server's time now; the epoch's beginning and end before it was ever told.
    pub(super) fn now(&self) -> TierTime {
        let Some(known) = *plain(&self.0) else {
            return TierTime { earliest: 0, latest: u64::MAX };
        };
        let now = since_start(clock::now());
        let millis = |micros: i128| u64::try_from(micros.max(0) / 1000).unwrap_or(u64::MAX);
        TierTime { earliest: millis(now + known.least), latest: millis(now + known.most + 999) }
    }

    /// Whether the last reading is too old to go on with for long.
    pub(super) fn is_stale(&self) -> bool {
        plain(&self.0).is_none_or(|known| clock::now() - known.read > FRESH)
    }
}

/// Microseconds of the process's own time.
fn since_start(at: Instant) -> i128 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(clock::now);
    match at.checked_duration_since(start) {
        Some(since) => i128::try_from(since.as_micros()).unwrap_or(i128::MAX),
        None => -i128::try_from((start - at).as_micros()).unwrap_or(i128::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_lies_between_the_requests_leaving_and_the_replys_coming() {
        let offset = Offset::default();
        let sent = clock::now();
        let received = sent + Duration::from_millis(10);
        offset.learn(1_700_000_000_000_000, sent, received);
        let now = offset.now();
        assert!(now.latest - now.earliest >= 10 && now.latest - now.earliest <= 11, "{now:?}");
        assert!(!offset.is_stale());
    }

    #[test]
    fn before_it_was_told_the_time_may_be_any() {
        assert_eq!(Offset::default().now(), TierTime { earliest: 0, latest: u64::MAX });
        assert!(Offset::default().is_stale());
    }
}

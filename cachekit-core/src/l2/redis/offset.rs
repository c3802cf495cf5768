//! The server's time, between the replies that tell it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::clock;
use crate::l2::TierTime;
use crate::sync::plain;

/// How old a reading may be before it is renewed: until then a server's clock that is stepped goes
/// unnoticed, and two clocks drift apart by far less than a millisecond.
const FRESH: Duration = Duration::from_secs(30);

/// The difference between the server's time and this machine's, as a range.
///
/// The server told its time at some moment between the request's leaving and the reply's coming.
/// This machine's time is the one that goes on while it is suspended: the server's does, and what
/// is known of it must not be taken for fresh after a night.
#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<Option<Known>>);

#[derive(Debug, Clone, Copy)]
struct Known {
    /// Microseconds to add to this machine's time for the earliest and the latest that it may be.
    least: i128,
    most: i128,
    /// When it was read, in this machine's time.
    read: Duration,
}

impl Offset {
    /// Learns the server's time, in microseconds since the Unix epoch, which it told between two
    /// readings of [`clock::unbroken`].
    pub(super) fn learn(&self, server: i128, sent: Duration, received: Duration) {
        let known =
            Known { least: server - micros(received), most: server - micros(sent), read: received };
        *plain(&self.0) = Some(known);
    }

    /// The server's time now; the epoch's beginning and end before it was ever told.
    pub(super) fn now(&self) -> TierTime {
        self.at(clock::unbroken())
    }

    fn at(&self, now: Duration) -> TierTime {
        let Some(known) = *plain(&self.0) else {
            return TierTime { earliest: 0, latest: u64::MAX };
        };
        let now = micros(now);
        TierTime { earliest: millis(now + known.least), latest: millis(now + known.most + 999) }
    }

    /// The earliest that the server's time may be at a moment to come, in milliseconds; `None` before
    /// it was ever told.
    pub(super) fn earliest_at(&self, until: Instant) -> Option<u64> {
        plain(&self.0).as_ref()?;
        // In this order: what passes between the two readings makes it earlier.
        let (unbroken, now) = (clock::unbroken(), clock::now());
        Some(self.at(unbroken + until.saturating_duration_since(now)).earliest)
    }

    /// Whether the last reading is too old to go on with for long.
    pub(super) fn is_stale(&self) -> bool {
        let now = clock::unbroken();
        plain(&self.0).is_none_or(|known| now.saturating_sub(known.read) > FRESH)
    }
}

fn micros(time: Duration) -> i128 {
    i128::try_from(time.as_micros()).unwrap_or(i128::MAX)
}

fn millis(micros: i128) -> u64 {
    u64::try_from(micros.max(0) / 1000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_lies_between_the_requests_leaving_and_the_replys_coming() {
        let offset = Offset::default();
        let sent = clock::unbroken();
        let received = sent + Duration::from_millis(10);
        offset.learn(1_700_000_000_000_000, sent, received);
        let now = offset.now();
        assert!(now.latest - now.earliest >= 10 && now.latest - now.earliest <= 11, "{now:?}");
        assert!(!offset.is_stale());
    }

    #[test]
    fn a_date_is_the_earliest_that_the_servers_time_may_be() {
        let offset = Offset::default();
        assert_eq!(offset.earliest_at(clock::now()), None);
        let sent = clock::unbroken();
        offset.learn(1_700_000_000_000_000, sent, sent + Duration::from_millis(100));
        // The reply may have been under way for the whole tenth of a second.
        let second = Duration::from_secs(1);
        assert_eq!(offset.at(sent + second).earliest, 1_700_000_000_000 + 1_000 - 100);
        assert!(offset.earliest_at(clock::now() + second).is_some());
    }

    /// F10: a night that the machine slept through is part of what has passed, so that what ended
    /// meanwhile is over at the first look.
    #[test]
    fn what_was_slept_through_has_passed() {
        let offset = Offset::default();
        let read = clock::unbroken().saturating_sub(Duration::from_millis(5));
        offset.learn(1_700_000_000_000_000, read, read);
        let night = Duration::from_hours(8);
        let woken = offset.at(read + night);
        assert_eq!(woken.latest, 1_700_000_000_000 + 8 * 3_600_000);
    }

    #[test]
    fn before_it_was_told_the_time_may_be_any() {
        assert_eq!(Offset::default().now(), TierTime { earliest: 0, latest: u64::MAX });
        assert!(Offset::default().is_stale());
    }
}

//! The server's time, between the replies that tell it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::l2::TierTime;
use crate::sync::plain;
use crate::time::clock;

/// How old a reading may be before it is renewed: until then a server's clock that is stepped goes
/// unnoticed, and two clocks drift apart by far less than a millisecond.
const FRESH: Duration = Duration::from_secs(30);

/// How far the clocks of two machines may drift apart, as one part in so many: twice what NTP slews
/// a clock by at most (500 ppm each).
const DRIFT: i128 = 1000;

/// The difference between the server's time and this machine's, as a range.
///
/// The server told its time at some moment between the request's leaving and the reply's coming.
/// This machine's time is the one that goes on while it is suspended: the server's does, and what
/// is known of it must not be taken for fresh after a night.
///
/// Whoever runs the server, or sits before it, can tell any time. A time that lies behind what was
/// told before and passed since makes dates come earlier and lets no value live longer: then the
/// range has both ends, and its upper one comes down as two clocks may drift.
#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<Option<Known>>);

#[derive(Debug, Clone, Copy)]
struct Known {
    /// Microseconds to add to this machine's time for the earliest and the latest that it may be.
    least: i128,
    most: i128,
    /// The least that this machine's clock vouches for, from all that was told so far.
    floor: i128,
    /// When it was read, in this machine's time.
    read: Duration,
}

impl Known {
    /// What is known from one reading alone.
    fn of(server: i128, sent: Duration, received: Duration) -> Self {
        let (least, most) = (server - micros(received), server - micros(sent));
        // Two times that are compared were each cut to their microsecond.
        Self { least, most, floor: least - 2, read: received }
    }

    /// What is known with one reading more, and by how much that lies behind what may be.
    fn and(self, told: Self) -> (Self, i128) {
        let drift = micros(told.read.saturating_sub(self.read)) / DRIFT;
        let floor = self.floor - drift;
        let behind = (floor - told.most).max(0);
        if behind == 0 {
            return (Self { floor: floor.max(told.floor), ..told }, 0);
        }
        (Self { most: self.most - drift, floor, ..told }, behind)
    }
}

impl Offset {
    /// Learns the server's time, in microseconds since the Unix epoch, which it told between two
    /// readings of [`clock::unbroken`].
    ///
    /// Answers by how much it lies behind the times that were told before.
    pub(super) fn learn(&self, server: i128, sent: Duration, received: Duration) -> Duration {
        let told = Known::of(server, sent, received);
        let mut known = plain(&self.0);
        let (now, behind) = match *known {
            Some(before) => before.and(told),
            None => (told, 0),
        };
        *known = Some(now);
        Duration::from_micros(u64::try_from(behind).unwrap_or(u64::MAX))
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

    const START: i128 = 1_700_000_000_000_000;

    /// A server that tells `told` microseconds after [`START`] when `passed` seconds have.
    fn told(offset: &Offset, passed: u64, told: i128) -> Duration {
        let at = Duration::from_secs(1_000 + passed);
        offset.learn(START + told, at, at)
    }

    fn latest(offset: &Offset, passed: u64) -> u64 {
        offset.at(Duration::from_secs(1_000 + passed)).latest - 1_700_000_000_000
    }

    /// F10: a clock that stands still, or is set back, lets nothing live longer.
    #[test]
    fn a_clock_that_stands_still_holds_no_end_up() {
        let offset = Offset::default();
        assert_eq!(told(&offset, 0, 0), Duration::ZERO);
        for passed in [10, 20, 36] {
            let behind = told(&offset, passed, 300_000);
            assert!(behind > Duration::from_secs(passed - 1), "{passed}: {behind:?}");
            let now = latest(&offset, passed);
            assert!(now + 37 >= passed * 1_000, "{passed}: {now}");
        }
        // Dates are by the server's own clock, or a write that comes too late would be obeyed.
        let now = offset.at(Duration::from_secs(1_036));
        assert!(now.earliest <= 1_700_000_000_300, "{now:?}");
    }

    /// F10: nor do answers that take their time, each of which alone might be right.
    #[test]
    fn late_answers_do_not_walk_the_clock_back() {
        let offset = Offset::default();
        told(&offset, 0, 0);
        let mut server = START;
        for tenth in 1..=100 {
            let sent = Duration::from_secs(1_000) + Duration::from_millis(tenth * 100);
            let received = sent + Duration::from_millis(90);
            // As far back as what was just told still admits.
            server += 10_000;
            offset.learn(server, sent, received);
        }
        assert!(latest(&offset, 10) >= 9_900, "{}", latest(&offset, 10));
    }

    /// An honest step back is made good as fast as two clocks may drift apart.
    #[test]
    fn a_small_step_back_is_made_good_in_time() {
        let offset = Offset::default();
        told(&offset, 0, 0);
        let second = 1_000_000;
        assert!(told(&offset, 1, -second) > Duration::from_secs(1));
        assert!(told(&offset, 1_000, 998 * second) > Duration::from_millis(900));
        assert_eq!(told(&offset, 2_100, 2_098 * second), Duration::ZERO);
        assert_eq!(latest(&offset, 2_100), 2_098_000);
    }

    #[test]
    fn a_step_forward_is_believed_at_once() {
        let offset = Offset::default();
        told(&offset, 0, 0);
        assert_eq!(told(&offset, 1, 3_600_000_000), Duration::ZERO);
        assert_eq!(latest(&offset, 1), 3_600_000);
    }

    #[test]
    fn before_it_was_told_the_time_may_be_any() {
        assert_eq!(Offset::default().now(), TierTime { earliest: 0, latest: u64::MAX });
        assert!(Offset::default().is_stale());
    }
}

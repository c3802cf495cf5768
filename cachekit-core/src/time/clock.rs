//! The only reader of time: coarse ticks for expiry, instants for deadlines, wall time for stored dates.

#[cfg(feature = "testing")]
mod manual;
pub(crate) mod text;

#[cfg(feature = "testing")]
pub use manual::ManualClock;
#[cfg(feature = "testing")]
pub(crate) use manual::{adopt, end_world, forget};

use std::time::{Duration, Instant, SystemTime};

#[cfg(feature = "testing")]
use crate::world::simulated;

/// A reading of the coarse monotonic clock: `seconds << 30 | nanoseconds`.
///
/// The packing orders ticks by one integer comparison and costs no division to read.
/// Like `CLOCK_MONOTONIC`, it stands still while the machine is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(u64);

/// Bits of a tick that hold nanoseconds: the smallest field that fits 999 999 999.
const NANO_BITS: u32 = 30;

impl Tick {
    /// Later than every reading: the expiry of what does not expire.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The reading a function without expiry compares with, so that it need not read the clock.
    pub(crate) const EARLIEST: Self = Self(0);

    const fn pack(seconds: u64, nanos: u32) -> Self {
        Self(seconds << NANO_BITS | nanos as u64)
    }

    fn unpack(self) -> Duration {
        let nanos = self.0 & ((1 << NANO_BITS) - 1);
        Duration::from_secs(self.0 >> NANO_BITS) + Duration::from_nanos(nanos)
    }

    /// The tick `life` later, or [`Tick::NEVER`] where that cannot be written.
    pub(crate) fn after(self, life: Duration) -> Self {
        match self.unpack().checked_add(life) {
            Some(at) if at.as_secs() < 1 << (64 - NANO_BITS) => {
                Self::pack(at.as_secs(), at.subsec_nanos())
            }
            _ => Self::NEVER,
        }
    }

    /// The tick `age` earlier, or the earliest there is.
    pub(crate) fn before(self, age: Duration) -> Self {
        let at = self.unpack().saturating_sub(age);
        Self::pack(at.as_secs(), at.subsec_nanos())
    }

    /// The reading as one number, which orders like the ticks.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this tick; zero if it is not earlier.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.unpack().saturating_sub(earlier.unpack())
    }
}

/// How far a tier's clock may be behind this host's before a protected value ends by the host's: the
/// tier may tell any time, and two machines that are looked after are closer than that.
pub(crate) const HOST_GRACE: Duration = Duration::from_secs(60);

/// Where a function's time comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Clock {
    /// The system's clocks.
    #[default]
    System,
    /// A clock that a test moves.
    #[cfg(feature = "testing")]
    Manual(ManualClock),
}

impl Clock {
    /// The coarse monotonic time, a few milliseconds behind the precise one.
    #[inline]
    pub(crate) fn tick(&self) -> Tick {
        match self {
            Self::System => coarse(),
            #[cfg(feature = "testing")]
            Self::Manual(clock) => clock.tick(),
        }
    }

    /// How far [`Clock::tick`] may lag: an expiry is set earlier by this much, so that an entry
    /// is never served late.
    pub(crate) fn lag(&self) -> Duration {
        match self {
            #[cfg(feature = "testing")]
            Self::System if manual::adopted().is_some() || simulated::is_simulated() => {
                Duration::ZERO
            }
            Self::System => lag(),
            #[cfg(feature = "testing")]
            Self::Manual(_) => Duration::ZERO,
        }
    }

    /// The wall clock, for dates that leave the process.
    pub(crate) fn wall(&self) -> SystemTime {
        match self {
            Self::System => wall(),
            #[cfg(feature = "testing")]
            Self::Manual(clock) => clock.wall(),
        }
    }
}

/// The precise monotonic clock, for deadlines of waits and operations.
///
/// Never a manual clock's: a wait that one held up would hang the test that forgot to move it.
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the monotonic clock")]
pub(crate) fn now() -> Instant {
    #[cfg(feature = "testing")]
    if let Some(now) = simulated::now() {
        return now;
    }
    Instant::now()
}

/// The system's, whatever is simulated: what a simulation counts from.
#[cfg(feature = "testing")]
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the monotonic clock")]
pub(crate) fn real() -> Instant {
    Instant::now()
}

/// The time since a moment of its own, monotonic and precise, which goes on while the machine is
/// suspended: for what is known of other machines' clocks, since theirs go on too.
///
/// Where the system has no such clock, it stands still as [`now`] does.
#[cfg(any(feature = "redis", feature = "testing"))]
pub(crate) fn unbroken() -> Duration {
    #[cfg(feature = "testing")]
    if let Some(unbroken) = simulated::unbroken() {
        return unbroken;
    }
    system_unbroken()
}

#[cfg(all(any(feature = "redis", feature = "testing"), target_os = "linux"))]
#[expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "a monotonic clock is never negative and its nanoseconds fit 30 bits"
)]
fn system_unbroken() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(all(any(feature = "redis", feature = "testing"), not(target_os = "linux")))]
fn system_unbroken() -> Duration {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(now).elapsed()
}

#[expect(clippy::disallowed_methods, reason = "this is the one reader of the wall clock")]
fn wall() -> SystemTime {
    #[cfg(feature = "testing")]
    if let Some(clock) = manual::adopted() {
        return clock.wall();
    }
    #[cfg(feature = "testing")]
    if let Some(wall) = simulated::wall() {
        return wall;
    }
    SystemTime::now()
}

#[inline]
fn coarse() -> Tick {
    #[cfg(feature = "testing")]
    if let Some(clock) = manual::adopted() {
        return clock.tick();
    }
    #[cfg(feature = "testing")]
    if let Some(coarse) = simulated::coarse() {
        return Tick::pack(coarse.as_secs(), coarse.subsec_nanos());
    }
    system_tick()
}

#[cfg(target_os = "linux")]
#[inline]
#[expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "a monotonic clock is never negative and its nanoseconds fit 30 bits"
)]
fn system_tick() -> Tick {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    Tick::pack(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(not(target_os = "linux"))]
fn system_tick() -> Tick {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    let since = START.get_or_init(now).elapsed();
    Tick::pack(since.as_secs(), since.subsec_nanos())
}

#[cfg(target_os = "linux")]
fn lag() -> Duration {
    use std::sync::OnceLock;
    static LAG: OnceLock<Duration> = OnceLock::new();
    *LAG.get_or_init(|| {
        let step = rustix::time::clock_getres(rustix::time::ClockId::MonotonicCoarse);
        Duration::from_nanos(u64::try_from(step.tv_nsec).unwrap_or_default())
    })
}

#[cfg(not(target_os = "linux"))]
fn lag() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_order_like_the_durations_they_pack() {
        let start = Tick::pack(7, 999_999_999);
        let later = start.after(Duration::from_nanos(1));
        assert!(later > start);
        assert_eq!(later, Tick::pack(8, 0));
        assert_eq!(later.since(start), Duration::from_nanos(1));
        assert_eq!(start.since(later), Duration::ZERO);
    }

    #[test]
    fn a_life_too_long_to_write_never_ends() {
        assert_eq!(Tick::pack(1, 0).after(Duration::MAX), Tick::NEVER);
        assert!(coarse().after(Duration::from_secs(10 * 365 * 86_400)) < Tick::NEVER);
    }

    /// The kernel's own time since it started counts what it slept.
    #[cfg(all(feature = "redis", target_os = "linux"))]
    #[test]
    fn the_unbroken_clock_goes_on_while_the_machine_sleeps() {
        let slept = || {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
            let nanos = u32::try_from(time.tv_nsec).expect("less than a second");
            Duration::new(time.tv_sec.unsigned_abs(), nanos)
        };
        let (before, read, after) = (slept(), unbroken(), slept());
        assert!(before <= read && read <= after, "{before:?} {read:?} {after:?}");
    }

    #[test]
    fn the_coarse_clock_lags_by_less_than_a_tenth_of_a_second() {
        assert!(Clock::System.lag() < Duration::from_millis(100));
    }
}

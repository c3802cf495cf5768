//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::Tick;
use crate::sync::plain;
use crate::world::PerWorld;

/// A clock that stands still until it is moved.
///
/// Give it to [`RuntimeBuilder::clock`](crate::RuntimeBuilder::clock): expiry, age and the dates
/// of that runtime's functions then follow it. Waits and operation deadlines keep real time.
///
/// ```
/// use std::time::Duration;
///
/// let clock = cachekit::testing::ManualClock::new();
/// let before = clock.elapsed();
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(clock.elapsed() - before, Duration::from_secs(30));
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Readings>>);

#[derive(Debug)]
struct Readings {
    monotonic: Duration,
    wall: SystemTime,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl ManualClock {
    /// A clock at an arbitrary moment.
    pub fn new() -> Self {
        // Not zero, so that "before the clock began" can be told from "at its start".
        let monotonic = Duration::from_secs(1_000);
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        Self(Arc::new(Mutex::new(Readings { monotonic, wall })))
    }

    /// Moves monotonic and wall time on by `step`.
    pub fn advance(&self, step: Duration) {
        self.change(|readings| {
            readings.monotonic += step;
            readings.wall += step;
        });
    }

    /// Sets the wall clock alone, as an administrator or NTP would.
    pub fn set_wall(&self, wall: SystemTime) {
        self.change(|readings| readings.wall = wall);
    }

    /// The monotonic time this clock shows.
    pub fn elapsed(&self) -> Duration {
        self.change(|readings| readings.monotonic)
    }

    pub(super) fn tick(&self) -> Tick {
        let at = self.elapsed();
        Tick::pack(at.as_secs(), at.subsec_nanos())
    }

    pub(super) fn wall(&self) -> SystemTime {
        self.change(|readings| readings.wall)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Readings) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The clock of functions that name no runtime, once one was installed with a manual clock.
static ADOPTED: PerWorld<Mutex<Option<ManualClock>>> =
    PerWorld::new(Mutex::new(None), || Mutex::new(None));

/// Read first, so that a build with `testing` pays one relaxed load where no clock was ever adopted, in
/// whichever world. The mutex orders the clock itself.
static ANY: AtomicBool = AtomicBool::new(false);

/// Lets `clock` own the time of functions that name no runtime.
pub(crate) fn adopt(clock: ManualClock) {
    *plain(ADOPTED.here()) = Some(clock);
    ANY.store(true, Ordering::Relaxed);
}

/// Gives that time back to the system.
pub(crate) fn forget() {
    *plain(ADOPTED.here()) = None;
}

/// Forgets what a world that ends has adopted.
pub(crate) fn end_world() {
    ADOPTED.end();
}

#[inline]
pub(super) fn adopted() -> Option<ManualClock> {
    if ANY.load(Ordering::Relaxed) {
        return plain(ADOPTED.here()).clone();
    }
    None
}

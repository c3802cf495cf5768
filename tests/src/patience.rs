//! The only reader of real time: how long a test waits for what must come, and how long it took.
#![expect(
    clippy::disallowed_methods,
    reason = "bounds are real time, and looking again is no order"
)]

use std::thread;
use std::time::{Duration, Instant};

/// The longest that anything may take on a machine that is busy with other tests.
///
/// Only a failing test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `holds`, looking every few milliseconds.
///
/// # Panics
///
/// If it does not within [`PATIENCE`], with `what`.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// let done = AtomicBool::new(false);
/// std::thread::scope(|scope| {
///     scope.spawn(|| done.store(true, Ordering::Relaxed));
///     cachekit_tests::until("the thread is done", || done.load(Ordering::Relaxed));
/// });
/// ```
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain until {what}");
        thread::sleep(Duration::from_millis(3));
    }
}

/// Tells how long it is since this was called.
///
/// ```
/// let passed = cachekit_tests::patience::stopwatch();
/// assert!(passed() < cachekit_tests::patience::PATIENCE);
/// ```
pub fn stopwatch() -> impl Fn() -> Duration {
    let began = Instant::now();
    move || began.elapsed()
}

/// What `run` returns, and how long it took.
///
/// For bounds that are promised, with slack for a busy machine; never to force an order.
///
/// ```
/// let (sum, took) = cachekit_tests::timed(|| 1 + 1);
/// assert_eq!(sum, 2);
/// assert!(took.as_secs() < 20);
/// ```
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let returned = run();
    (returned, began.elapsed())
}

/// A moment by which everything has come that a test waits for.
///
/// ```
/// assert!(cachekit_tests::patience::in_time() > cachekit_tests::patience::too_late());
/// ```
pub fn in_time() -> Instant {
    Instant::now() + PATIENCE
}

/// A moment that has come: who waits until then does not wait any more.
///
/// ```
/// assert!(cachekit_tests::patience::too_late() <= cachekit_tests::patience::too_late());
/// ```
pub fn too_late() -> Instant {
    Instant::now()
}

/// Takes `time`, as a slow body does. Never to force an order: what a test waits for has a name.
///
/// ```
/// let ((), took) = cachekit_tests::timed(|| cachekit_tests::work_for(std::time::Duration::from_millis(5)));
/// assert!(took.as_millis() >= 5);
/// ```
pub fn work_for(time: Duration) {
    thread::sleep(time);
}

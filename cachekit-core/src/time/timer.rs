//! Ends waits in time: one thread, started by the first wait, that wakes whoever's deadline passed.
//!
//! It is not a runtime's timer, because the default features have no runtime and because a
//! parked thread and a task must be able to wait on the same deadline.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

use crate::time::clock;
#[cfg(feature = "testing")]
use crate::world::simulated::{self, Waiting};

/// A deadline that a task or a parked thread can wait for; dropping it forgets it.
#[derive(Debug)]
pub(crate) struct Deadline {
    at: Instant,
    /// Its place in a queue, once somebody has waited.
    place: Option<Place>,
    /// Its place in a simulation.
    #[cfg(feature = "testing")]
    simulated: Option<Waiting>,
}

/// Where a wait is written down.
#[derive(Debug, Clone, Copy)]
struct Place {
    timer: &'static Timer,
    number: u64,
}

impl Deadline {
    pub(crate) fn new(at: Instant) -> Self {
        Self {
            at,
            place: None,
            #[cfg(feature = "testing")]
            simulated: None,
        }
    }

    /// Ready once the deadline has passed.
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        if clock::now() >= self.at {
            return Poll::Ready(());
        }
        #[cfg(feature = "testing")]
        if let Some(simulated) = simulated::current() {
            match &self.simulated {
                Some(waiting) => waiting.renew(cx.waker().clone()),
                None => self.simulated = Some(simulated.wait(self.at, cx.waker().clone())),
            }
            return Poll::Pending;
        }
        let timer = Timer::of_process();
        // Cloned before the lock is taken, and dropped after it: a waker is its executor's own
        // code, and may own a task that waits as well.
        let waker = cx.waker().clone();
        let mut queue = timer.lock();
        let place = match self.place {
            Some(place) if std::ptr::eq(place.timer, timer) => place,
            _ => Place { timer, number: queue.number() },
        };
        self.place = Some(place);
        let before = queue.waiting.insert((self.at, place.number), waker);
        let sleeps_longer = queue.wakes.is_none_or(|wakes| self.at < wakes);
        drop(queue);
        drop(before);
        // A thread that wakes too soon goes back to sleep, which costs less than waking it for
        // every operation that ends long before its deadline.
        if sleeps_longer {
            timer.sooner.notify_one();
        }
        Poll::Pending
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        // A parent's lock is left alone: its thread may have held it when the process was forked.
        if let Some(Place { timer, number }) = self.place
            && timer.process == process::id()
        {
            let mut queue = timer.lock();
            let waker = queue.waiting.remove(&(self.at, number));
            drop(queue);
            drop(waker);
        }
    }
}

/// Waits for `future` until `at`; `None` if the deadline came first.
pub(crate) async fn until<F: Future>(at: Instant, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut deadline = Deadline::new(at);
    std::future::poll_fn(|cx| {
        // The future first: what is there at the deadline is not late.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        deadline.poll(cx).map(|()| None)
    })
    .await
}

/// Waits until `at`.
pub(crate) async fn sleep_until(at: Instant) {
    let mut deadline = Deadline::new(at);
    std::future::poll_fn(|cx| deadline.poll(cx)).await;
}

#[derive(Debug)]
struct Timer {
    /// Whose thread wakes its waits.
    process: u32,
    queue: Mutex<Queue>,
    sooner: Condvar,
    /// The timer of a child, in the child.
    next: OnceLock<&'static Timer>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: BTreeMap<(Instant, u64), Waker>,
    numbers: u64,
    /// When the thread wakes by itself; `None` while it sleeps until it is told, or is awake.
    wakes: Option<Instant>,
}

impl Queue {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn first(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    fn due(&mut self, now: Instant) -> Vec<Waker> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        std::mem::replace(&mut self.waiting, later).into_values().collect()
    }
}

impl Timer {
    /// The timer of this process. A child made by `fork` has none of its parent's threads, so it
    /// makes a timer of its own, behind its parent's in the list.
    fn of_process() -> &'static Self {
        static FIRST: OnceLock<&'static Timer> = OnceLock::new();
        let process = process::id();
        let mut at = &FIRST;
        loop {
            let timer = *at.get_or_init(|| Self::start(process));
            if timer.process == process {
                return timer;
            }
            at = &timer.next;
        }
    }

    fn start(process: u32) -> &'static Self {
        let (queue, sooner, next) = (Mutex::default(), Condvar::new(), OnceLock::new());
        let timer: &'static Self = Box::leak(Box::new(Self { process, queue, sooner, next }));
        let named = thread::Builder::new().name("cachekit-timer".to_owned());
        named.spawn(|| timer.run()).expect("the system can start one more thread");
        timer
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing between lock and unlock can leave the map half-written.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.lock();
        loop {
            let due = queue.due(clock::now());
            if !due.is_empty() {
                drop(queue);
                for waker in due {
                    // A waker that panics is somebody else's bug; it must not end every wait.
                    let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
                }
                queue = self.lock();
                continue;
            }
            queue.wakes = queue.first();
            queue = match queue.wakes {
                None => self.sooner.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(first) => {
                    let left = first.saturating_duration_since(clock::now());
                    let woken = self.sooner.wait_timeout(queue, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            queue.wakes = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::park::park_on;
    use std::sync::Arc;
    use std::sync::mpsc::{Sender, channel};
    use std::task::Wake;
    use std::time::Duration;

    #[test]
    fn a_deadline_ends_a_wait_for_what_never_comes() {
        let start = clock::now();
        let at = start + Duration::from_millis(20);
        assert_eq!(park_on(until(at, std::future::pending::<()>())), None);
        assert!(start.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn a_later_deadline_does_not_delay_a_sooner_one() {
        let start = clock::now();
        let late = thread::spawn(move || {
            park_on(until(start + Duration::from_secs(2), std::future::pending::<()>()))
        });
        let soon = park_on(until(start + Duration::from_millis(20), std::future::pending::<()>()));
        assert_eq!(soon, None);
        assert!(start.elapsed() < Duration::from_secs(1));
        assert_eq!(late.join().expect("it ends"), None);
    }

    #[test]
    fn what_is_ready_needs_no_deadline() {
        let past = clock::now();
        assert_eq!(park_on(until(past, std::future::ready(7))), Some(7));
    }

    #[test]
    fn a_dropped_deadline_leaves_nothing_behind() {
        let at = clock::now() + Duration::from_hours(1);
        let mut deadline = Deadline::new(at);
        assert!(deadline.poll(&Context::from_waker(Waker::noop())).is_pending());
        let Place { timer, number } = deadline.place.expect("it waits");
        drop(deadline);
        assert!(!timer.lock().waiting.contains_key(&(at, number)));
    }

    /// A task's waker that owns a wait of its own, and tells when it has ended it.
    struct Owner(Option<Deadline>, Sender<()>);

    impl Wake for Owner {
        fn wake(self: Arc<Self>) {}
    }

    impl Drop for Owner {
        fn drop(&mut self) {
            drop(self.0.take());
            // A test that gave up hears nothing more.
            let _ = self.1.send(());
        }
    }

    fn in_an_hour() -> Deadline {
        Deadline::new(clock::now() + Duration::from_hours(1))
    }

    fn owner(tell: Sender<()>) -> Waker {
        let mut own = in_an_hour();
        assert!(own.poll(&Context::from_waker(Waker::noop())).is_pending());
        Waker::from(Arc::new(Owner(Some(own), tell)))
    }

    /// A waker that is replaced, or forgotten with its wait, may itself end a wait.
    #[test]
    fn a_waker_that_ends_a_wait_as_it_goes_hangs_nothing() {
        let (tell, told) = channel();
        thread::spawn(move || {
            let mut replaced = in_an_hour();
            let waits = replaced.poll(&Context::from_waker(&owner(tell.clone())));
            assert!(waits.is_pending());
            assert!(replaced.poll(&Context::from_waker(Waker::noop())).is_pending());
            let mut forgotten = in_an_hour();
            assert!(forgotten.poll(&Context::from_waker(&owner(tell))).is_pending());
            drop(forgotten);
        });
        for _waker in 0..2 {
            told.recv_timeout(Duration::from_secs(30)).expect("it goes outside the lock");
        }
    }
}

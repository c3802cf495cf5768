//! Many callers of one key whose leader is slow or panics: few bodies at a time, and nobody waits in a row.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use cachekit::testing::Memory;
use cachekit::{Runtime, cached, testing};
use cachekit_tests::{Failure, Runs, Slot, until, work_for};
use tokio::sync::Semaphore;

/// The most bodies of one flight at a time.
const MOST: usize = 8;

/// How many bodies ran, how many run now, and how many did at the most.
#[derive(Debug)]
struct Bodies {
    runs: Runs,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// One body, until it ends in whatever way.
struct Body<'a>(&'a Bodies);

impl Bodies {
    const fn new() -> Self {
        Self { runs: Runs::new(), now: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    /// The how-manieth body it is, from 1, until it is dropped.
    fn enter(&self) -> (usize, Body<'_>) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        (self.runs.again(), Body(self))
    }

    /// Waits until as many run as may, and then for those that would be too many.
    fn crowd(&self) {
        until("the crowd runs", || self.now.load(Ordering::SeqCst) == MOST);
        work_for(Duration::from_millis(200));
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Drop for Body<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// G13: a thousand tasks whose leader takes longer than they wait: eight run the body, and all
/// others take the first value that any of them brings.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_callers_of_a_slow_body_run_eight_and_take_the_first_value() {
    static BODIES: Bodies = Bodies::new();
    static DOOR: Semaphore = Semaphore::const_new(0);

    #[cached(wait = "50ms")]
    async fn slow(n: u32) -> u32 {
        let _body = BODIES.enter().1;
        // The door is opened for good.
        drop(DOOR.acquire().await);
        n
    }

    let callers: Vec<_> = (0..1_000).map(|_| tokio::spawn(slow(7))).collect();
    BODIES.crowd();
    DOOR.close();
    for caller in callers {
        assert_eq!(caller.await.expect("no panic"), 7);
    }
    assert_eq!((BODIES.most(), BODIES.runs.count()), (MOST, MOST));
    assert_eq!(testing::flights(slow::SPEC), 0);
}

/// G13: the same of threads.
#[test]
fn threads_behind_a_slow_body_run_eight_and_take_the_first_value() {
    static BODIES: Bodies = Bodies::new();
    static OPEN: Runs = Runs::new();

    #[cached(wait = "50ms")]
    fn slow(n: u32) -> u32 {
        let _body = BODIES.enter().1;
        until("the door is opened", || OPEN.count() > 0);
        n
    }

    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| assert_eq!(slow(7), 7));
        }
        BODIES.crowd();
        OPEN.again();
    });
    assert_eq!((BODIES.most(), BODIES.runs.count()), (MOST, MOST));
    assert_eq!(testing::flights(slow::SPEC), 0);
}

/// G13, G7: two hundred callers of a body that always panics: each sees a panic, never one after
/// another, and never more than eight at once.
#[tokio::test(flavor = "multi_thread")]
async fn callers_of_a_body_that_always_panics_run_beside_each_other_eight_at_most() {
    static BODIES: Bodies = Bodies::new();
    static CALLERS: Runs = Runs::new();

    #[cached]
    async fn panics(n: u32) -> u32 {
        let _body = BODIES.enter().1;
        while CALLERS.count() < 200 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(10 + u64::from(n))).await;
        // Without the hook, which would print two hundred times.
        resume_unwind(Box::new("it always does"))
    }

    let call = async || {
        CALLERS.again();
        panics(1).await
    };
    let callers: Vec<_> = (0..200).map(|_| tokio::spawn(call())).collect();
    for caller in callers {
        assert!(caller.await.expect_err("its body panics").is_panic());
    }
    assert_eq!(BODIES.runs.count(), 200, "once for each");
    let most = BODIES.most();
    assert!((2..=MOST).contains(&most), "{most} at once");
    assert_eq!(testing::flights(panics::SPEC), 0);
}

/// G13: after a panic, a value that anybody brings is taken by those who queue, although other
/// bodies still run.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_brought_after_a_panic_is_taken_by_all_who_queue() {
    static BODIES: Bodies = Bodies::new();
    static CALLERS: Runs = Runs::new();
    static DONE: Runs = Runs::new();
    static DOOR: Semaphore = Semaphore::const_new(0);

    #[cached]
    async fn panics_first(n: u32) -> u32 {
        let (run, _body) = BODIES.enter();
        match run {
            1 => {
                while CALLERS.count() < 100 {
                    tokio::task::yield_now().await;
                }
                // What is still on its way to the flight joins it before it ends.
                tokio::time::sleep(Duration::from_millis(100)).await;
                resume_unwind(Box::new("the first panics"))
            }
            2 => n,
            _ => {
                drop(DOOR.acquire().await);
                n
            }
        }
    }

    let call = async || {
        CALLERS.again();
        let value = panics_first(7).await;
        DONE.again();
        value
    };
    let callers: Vec<_> = (0..100).map(|_| tokio::spawn(call())).collect();
    // All but the one that panicked, and those whose bodies run.
    until("who queues has the value", || DONE.count() >= 99 - (MOST - 1));
    assert!(BODIES.runs.count() <= 1 + MOST, "{} bodies", BODIES.runs.count());
    DOOR.close();
    let mut panicked = 0;
    for caller in callers {
        match caller.await {
            Ok(value) => assert_eq!(value, 7),
            Err(_panic) => panicked += 1,
        }
    }
    assert_eq!((panicked, DONE.count()), (1, 99));
    assert!(BODIES.most() <= MOST, "{} at once", BODIES.most());
}

/// G13: a strict follower errs at its `wait`, and runs no body.
#[tokio::test(flavor = "multi_thread")]
async fn strict_callers_of_a_slow_body_err_at_their_wait() {
    static RUNTIME: Slot = Slot::new();
    static BODIES: Bodies = Bodies::new();
    static DOOR: Semaphore = Semaphore::const_new(0);

    #[cached(mode = "strict", ttl = 60, wait = "50ms", runtime = RUNTIME)]
    async fn slow(n: u32) -> Result<u32, Failure> {
        let _body = BODIES.enter().1;
        drop(DOOR.acquire().await);
        Ok(n)
    }

    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("it is in memory"));
    let leader = tokio::spawn(slow(7));
    until("the leader runs", || BODIES.runs.count() == 1);
    let callers: Vec<_> = (0..100).map(|_| tokio::spawn(slow(7))).collect();
    for caller in callers {
        let refused = caller.await.expect("no panic").expect_err("its wait is over").cache();
        assert!(refused.is_timeout() && !refused.is_unavailable(), "{refused}");
    }
    assert_eq!(BODIES.runs.count(), 1);
    DOOR.close();
    assert_eq!(leader.await.expect("no panic").expect("its own value"), 7);
    assert_eq!(slow(7).await.expect("it is stored"), 7);
    assert_eq!(BODIES.runs.count(), 1);
}

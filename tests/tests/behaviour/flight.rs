//! One computation for many callers: threads and tasks, failures, drops and re-entry.

use std::future::pending;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use cachekit::{Source, cached, testing};
use cachekit_tests::{Runs, timed, until, work_for};

/// G1: sixty-four threads on one cold key run the body once.
#[test]
fn sixty_four_threads_on_one_cold_key_run_the_body_once() {
    static RUNS: Runs = Runs::new();
    static CALLERS: Runs = Runs::new();

    #[cached]
    fn cold(n: u32) -> u32 {
        RUNS.again();
        until("everybody has called", || CALLERS.count() == 64);
        n
    }

    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                CALLERS.again();
                assert_eq!(cold(7), 7);
            });
        }
    });
    assert_eq!(RUNS.count(), 1);
    let stats = cold::stats();
    assert_eq!(stats.calls, 64);
    assert_eq!(stats.computed, 1);
}

/// G1, G12: ten thousand tasks on one cold key run the body once, and each gets its own copy.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tasks_on_one_cold_key_run_the_body_once() {
    static RUNS: Runs = Runs::new();

    #[cached]
    async fn cold(n: u32) -> Vec<u32> {
        RUNS.again();
        tokio::time::sleep(Duration::from_millis(50)).await;
        vec![n]
    }

    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            tokio::spawn(async {
                let mut copy = cold(7).await;
                copy.push(1);
                copy
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), [7, 1]);
    }
    assert_eq!(RUNS.count(), 1);
    assert_eq!(testing::flights(cold::SPEC), 0);
}

/// G7: an error that is `Clone` is shared: twenty waiters end with the one body.
#[test]
fn an_error_that_is_clone_ends_all_waiters_with_the_one_body() {
    static RUNS: Runs = Runs::new();
    static CALLERS: Runs = Runs::new();

    #[cached]
    fn failing(n: u32) -> Result<u32, String> {
        let run = RUNS.again();
        until("everybody has called", || CALLERS.count() == 21);
        // What is still on its way to the flight joins it before it ends.
        work_for(Duration::from_millis(100));
        Err(format!("{n} failed in run {run}"))
    }

    thread::scope(|scope| {
        for _ in 0..21 {
            scope.spawn(|| {
                CALLERS.again();
                assert_eq!(failing(7), Err("7 failed in run 1".to_owned()));
            });
        }
    });
    assert_eq!(RUNS.count(), 1);
    assert_eq!(failing(7), Err("7 failed in run 2".to_owned()), "an error is not cached");
}

/// An error that cannot be copied.
#[derive(Debug)]
struct Unique(usize);

/// G7: an error that cannot be copied releases its waiters together, eight at most at once:
/// twenty end after at most three further bodies' time, never one after another.
#[test]
fn an_error_that_cannot_be_copied_releases_its_waiters_together() {
    static RUNS: Runs = Runs::new();
    static CALLERS: Runs = Runs::new();
    static RUNNING: Runs = Runs::new();
    static DONE: Runs = Runs::new();
    static MOST: AtomicUsize = AtomicUsize::new(0);
    const BODY: Duration = Duration::from_millis(200);

    #[cached]
    fn failing(n: u32) -> Result<u32, Unique> {
        let _ = n;
        let run = RUNS.again();
        until("everybody has called", || CALLERS.count() == 21);
        MOST.fetch_max(RUNNING.again() - DONE.count(), Ordering::SeqCst);
        work_for(BODY);
        DONE.again();
        Err(Unique(run))
    }

    let ((), took) = timed(|| {
        thread::scope(|scope| {
            for _ in 0..21 {
                scope.spawn(|| {
                    CALLERS.again();
                    let Unique(run) = failing(7).expect_err("it fails");
                    assert!((1..=21).contains(&run));
                });
            }
        });
    });
    assert!(RUNS.count() <= 21, "never twice for one caller");
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= 8, "{most} at once");
    assert!(took < 12 * BODY, "{took:?}: four bodies' time, with slack, and not twenty-one");
}

/// G7: a leader that is dropped hands over to one waiter; the others go on waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_dropped_hands_over_to_one_waiter() {
    static RUNS: Runs = Runs::new();

    #[cached]
    async fn dropped(n: u32) -> u32 {
        if RUNS.again() == 1 {
            pending::<()>().await;
        }
        n
    }

    let leader = tokio::spawn(dropped(7));
    until("the leader runs", || RUNS.count() == 1);
    let waiters: Vec<_> = (0..20).map(|_| tokio::spawn(dropped(7))).collect();
    leader.abort();
    for waiter in waiters {
        assert_eq!(waiter.await.expect("no panic"), 7);
    }
    assert_eq!(RUNS.count(), 2);
}

/// G7, E12: a leader that panics hands over; nothing is poisoned, and its own caller sees the panic.
#[test]
fn a_leader_that_panics_hands_over_and_poisons_nothing() {
    static RUNS: Runs = Runs::new();

    #[cached]
    fn panics(n: u32) -> u32 {
        assert!(RUNS.again() > 1, "the first run panics");
        n
    }

    catch_unwind(|| panics(7)).expect_err("the first run panics");
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| assert_eq!(panics(7), 7));
        }
    });
    assert_eq!(RUNS.count(), 2);
    assert_eq!(testing::flights(panics::SPEC), 0);
}

/// G8: a recursive function works, and a call of the same key from its own body computes directly.
#[test]
fn a_call_from_its_own_body_computes_directly() {
    static RUNS: Runs = Runs::new();

    #[cached]
    fn fib(n: u64) -> u64 {
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }

    #[cached]
    fn same_key(n: u32) -> u32 {
        if RUNS.again() < 4 { same_key(n) } else { n }
    }

    assert_eq!(fib(90), 2_880_067_194_370_816_120);
    let (value, took) = timed(|| same_key(7));
    assert_eq!((value, RUNS.count()), (7, 4));
    assert!(took < Duration::from_secs(4), "it did not wait for itself: {took:?}");
}

/// G8: the same in an async function, where the body is polled on another thread than it began on.
#[tokio::test(flavor = "multi_thread")]
async fn an_async_call_from_its_own_body_computes_directly() {
    static RUNS: Runs = Runs::new();

    #[cached]
    async fn same_key(n: u32) -> u32 {
        tokio::task::yield_now().await;
        if RUNS.again() < 4 { Box::pin(same_key(n)).await } else { n }
    }

    let value = tokio::spawn(same_key(7)).await.expect("no panic");
    assert_eq!((value, RUNS.count()), (7, 4));
}

/// A follower's patience ends: local runs the body itself, without storing, and counts it.
#[test]
fn a_follower_whose_patience_ends_runs_the_body_itself() {
    static RUNS: Runs = Runs::new();
    static LET_GO: Runs = Runs::new();

    #[cached(wait = "50ms")]
    fn stuck(n: u32) -> usize {
        let _ = n;
        let run = RUNS.again();
        if run == 1 {
            until("the follower has given up", || LET_GO.count() > 0);
        }
        run
    }

    thread::scope(|scope| {
        let leader = scope.spawn(|| stuck(7));
        until("the leader runs", || RUNS.count() == 1);
        let answer = stuck::detailed(7);
        assert_eq!((answer.value, answer.source), (2, Source::Computed));
        LET_GO.again();
        assert_eq!(leader.join().expect("no panic"), 1);
    });
    assert_eq!(stuck(7), 1, "the leader's value is the one that stays");
}

/// G9: a waiter that gives up cancels nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiter_that_gives_up_cancels_nobody() {
    static RUNS: Runs = Runs::new();
    static LET_GO: Runs = Runs::new();

    #[cached]
    async fn shared(n: u32) -> u32 {
        RUNS.again();
        while LET_GO.count() == 0 {
            tokio::task::yield_now().await;
        }
        n
    }

    let leader = tokio::spawn(shared(7));
    until("the leader runs", || RUNS.count() == 1);
    let impatient = tokio::time::timeout(Duration::from_millis(10), shared(7)).await;
    assert!(impatient.is_err());
    let patient = tokio::spawn(shared(7));
    LET_GO.again();
    assert_eq!((leader.await.expect("no panic"), patient.await.expect("no panic")), (7, 7));
    assert_eq!(RUNS.count(), 1);
}

/// G11: flights leave nothing behind.
#[test]
fn a_hundred_thousand_misses_leave_no_flight() {
    #[cached(max_size = 100)]
    fn many(n: u32) -> u32 {
        n
    }

    for n in 0..100_000 {
        assert_eq!(many(n), n);
    }
    assert_eq!(testing::flights(many::SPEC), 0);
    assert!(many::stats().entries <= 100);
}

/// G11, D2: two tenants that miss the same arguments at once run the body twice.
#[test]
fn flights_of_two_tenants_are_two() {
    static RUNS: Runs = Runs::new();

    #[cached(tenant = t, skip(t))]
    fn of(t: &str, n: u32) -> u32 {
        let _ = t;
        RUNS.again();
        until("both run", || RUNS.count() == 2);
        n
    }

    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(of("a", 7), 7));
        scope.spawn(|| assert_eq!(of("b", 7), 7));
    });
    assert_eq!(RUNS.count(), 2);
}

/// Threads and tasks wait in one queue: a sync leader serves an async... each function is one or
/// the other, but its callers may be on any thread, with or without a runtime.
#[test]
fn a_sync_function_is_called_with_and_without_a_runtime() {
    static RUNS: Runs = Runs::new();

    #[cached]
    fn anywhere(n: u32) -> u32 {
        RUNS.again();
        n
    }

    assert_eq!(anywhere(1), 1);
    let current = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(current.block_on(async { anywhere(2) }), 2);
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let multi = multi.expect("a runtime");
    assert_eq!(
        multi.block_on(async { tokio::spawn(async { anywhere(3) }).await }).expect("no panic"),
        3
    );
    assert_eq!(RUNS.count(), 3);
}

/// G12: the waiters of one flight share nothing that one of them can change.
#[test]
fn waiters_of_one_flight_get_independent_copies() {
    static CALLERS: Runs = Runs::new();

    #[cached]
    fn list(n: u32) -> Vec<u32> {
        until("everybody has called", || CALLERS.count() == 8);
        vec![n]
    }

    thread::scope(|scope| {
        for caller in 0..8 {
            scope.spawn(move || {
                CALLERS.again();
                let mut copy = list(7);
                copy.push(caller);
                assert_eq!(copy, [7, caller]);
            });
        }
    });
    assert_eq!(list(7), [7]);
}

/// A shared `Arc` stays one allocation: `Clone` is the boundary.
#[test]
fn an_arc_is_shared_and_not_copied() {
    #[cached]
    fn arc(n: u32) -> Arc<str> {
        n.to_string().into()
    }

    assert!(Arc::ptr_eq(&arc(1), &arc(1)));
}

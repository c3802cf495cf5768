//! A runtime that is shut down over a real server: what it waits for, what it leaves, what works after it.

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cachekit::{Error, Invalidated, Leftover, Source, cached};
use cachekit_tests::patience::PATIENCE;
use cachekit_tests::{Failure, Runs, Slot, World, timed, turn, until};
use serde_json::Value;

/// What an operation on a server that is away may take, and a deadline that passes.
const SHORT: Duration = Duration::from_millis(200);

/// A full server's answer to a write, which is no outage.
const FULL: &str = "-OOM command not allowed when used memory > 'maxmemory'.";

fn left(left: Leftover) -> (usize, usize) {
    (left.owed, left.running)
}

/// What the one event of the end says.
fn told(world: &World) -> String {
    let lines = world.events.lines();
    let mut ends = lines.iter().filter(|line| line.contains("RUNTIME_SHUT_DOWN"));
    let end: Value = serde_json::from_str(ends.next().expect("it is told")).expect("it is JSON");
    assert_eq!(ends.next(), None, "it is told once");
    assert_eq!(end["backend"], "redis");
    end["detail"].as_str().expect("it has a detail").to_owned()
}

/// Changes and looks that nobody can be told of: errors by name, that are not owed.
fn is_refused(asked: impl IntoIterator<Item = Result<Invalidated, Error>>) {
    for told in asked {
        let refused = told.expect_err("nobody can be told");
        assert!(refused.is_unavailable() && !refused.is_owed(), "{refused}");
        assert!(refused.to_string().contains("was shut down"), "{refused}");
    }
}

/// B35: what works after a shutdown, and what it says: strict errs by name, degraded answers marked,
/// changes are errors that owe nothing, local goes on, and the connection is closed.
#[test]
fn after_a_shutdown_strict_errs_degraded_is_marked_and_local_goes_on() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn refusing(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn answering(n: u32) -> u32 {
        n
    }

    #[cached(runtime = RUNTIME)]
    fn staying(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!((refusing(1).expect("the server is there"), answering(1), staying(1)), (1, 1, 1));
    let first = RUNTIME.shutdown(PATIENCE).wait();
    assert!(first.is_nothing(), "{first:?}");
    assert!(told(&world).contains("nothing is left"));

    let sent = world.chaos.log().len();
    for n in [1, 2] {
        let refused = refusing(n).expect_err("nobody is asked").cache();
        assert!(refused.is_unavailable() && !refused.is_owed() && !refused.is_config());
        let text = refused.to_string();
        for part in ["refusing", "STRICT_DISTRIBUTED", "on get", "was shut down", "degraded"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let refused = refusing::refresh(n).expect_err("nobody is asked").cache();
        assert!(refused.to_string().contains("was shut down"), "{refused}");
    }
    assert_eq!(RUNS.count(), 1, "no body ran");
    let held = answering::detailed(1);
    assert_eq!((held.value, held.source, held.degraded), (1, Source::L1, true));
    let new = answering::detailed(2);
    assert_eq!((new.value, new.source, new.degraded), (2, Source::Computed, true));
    assert!(answering::stats().degraded);
    is_refused([
        refusing::invalidate(1),
        refusing::invalidate_all(),
        refusing::prime(1, 9),
        answering::invalidate(1),
        answering::invalidate_all(),
        answering::prime(1, 9),
        answering::update(1, |n| *n = 9).map(|_| Invalidated::Done),
        refusing::peek(1).map(|_| Invalidated::Done),
    ]);
    assert_eq!(staying::detailed(1).source, Source::L1);
    assert_eq!(staying::invalidate(1).expect("it has no L2"), Invalidated::LocalOnly);
    assert_eq!(world.chaos.log().len(), sent, "nothing is asked of the server");
    let clients = || world.redis.ask::<String>(&["CLIENT", "LIST"]).lines().count();
    until("the connection is closed", || clients() == 1);
    assert_eq!(RUNTIME.health().availability(), "down");
    assert!(RUNTIME.health().to_json().contains("was shut down"));

    let (second, took) = timed(|| RUNTIME.shutdown(PATIENCE).wait());
    assert_eq!(left(second), (0, 0));
    assert!(took < PATIENCE / 2, "it answers at once, and took {took:?}");
    assert_eq!(world.events.names(), ["RUNTIME_SHUT_DOWN"]);
}

/// B35: a shutdown waits for what is owed, and a server that is back in time is told of it.
#[test]
fn a_shutdown_settles_what_is_owed() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn settled(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!(settled(1), 1);
    world.outage();
    assert_eq!(settled::invalidate(1).expect("it is owed"), Invalidated::Pending);
    assert_eq!(world.redis.keys(&settled::key(1)).len(), 1, "the server never heard of it");
    let mut shutdown = pin!(RUNTIME.shutdown(PATIENCE));
    assert!(turn(shutdown.as_mut()).is_pending(), "it is owed");
    world.chaos.restore();
    until("it is over", || match turn(shutdown.as_mut()) {
        std::task::Poll::Ready(end) => {
            assert_eq!(left(end), (0, 0));
            true
        }
        std::task::Poll::Pending => false,
    });
    assert!(world.redis.keys(&settled::key(1)).is_empty());
    assert!(told(&world).contains("nothing is left"));
}

/// B35: a shutdown whose deadline passes says what is owed, in its answer, in one event and once
/// more when it is asked again.
#[test]
fn a_shutdown_whose_deadline_passes_says_what_is_owed() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn owing(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    for n in 1..=3 {
        assert_eq!(owing(n).expect("the server is there"), n);
    }
    world.chaos.answer("invalidate", FULL);
    for n in 1..=3 {
        assert!(owing::invalidate(n).expect_err("the server is full").is_owed());
    }
    let (first, took) = timed(|| RUNTIME.shutdown(SHORT).wait());
    assert_eq!(left(first), (3, 0));
    assert!((SHORT..PATIENCE).contains(&took), "{took:?}");
    let detail = told(&world);
    assert!(detail.contains("3 owed to L2") && detail.contains("0 still under way"), "{detail}");
    let (second, took) = timed(|| RUNTIME.shutdown(PATIENCE).wait());
    assert_eq!(left(second), (3, 0));
    assert!(took < PATIENCE / 2, "it answers at once, and took {took:?}");
    assert_eq!(RUNTIME.health().owed(), 3);
    told(&world);
}

/// B35: a call that began before a shutdown ends as ever, while one that begins meanwhile is refused.
#[test]
fn a_call_that_began_before_a_shutdown_ends_as_ever() {
    static RUNTIME: Slot = Slot::new();
    static ROW: AtomicU32 = AtomicU32::new(0);

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn waited_for(n: u32) -> Result<u32, Failure> {
        until("the row is there", || ROW.load(Ordering::SeqCst) > 0);
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    thread::scope(|scope| {
        let call = scope.spawn(|| waited_for(1));
        until("it is about to run its body", || world.chaos.count("claim") == 1);
        let mut shutdown = pin!(RUNTIME.shutdown(PATIENCE));
        assert!(turn(shutdown.as_mut()).is_pending(), "a call is under way");
        let late = waited_for(2).expect_err("it comes too late").cache();
        assert!(late.is_unavailable() && late.to_string().contains("was shut down"), "{late}");
        ROW.store(1, Ordering::SeqCst);
        assert_eq!(call.join().expect("no panic").expect("it began before"), 1);
        until("it is over", || turn(shutdown.as_mut()).is_ready());
    });
    assert_eq!(world.redis.values(&waited_for::key(1)).len(), 1, "its value is stored");
    assert!(told(&world).contains("nothing is left"));
}

/// B35: a call that is still under way when the deadline passes is refused, and so is its follower:
/// neither hangs.
#[test]
fn a_call_that_outlasts_the_deadline_is_refused_and_hangs_nowhere() {
    static RUNTIME: Slot = Slot::new();
    static ROW: AtomicU32 = AtomicU32::new(0);

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn outlasting(n: u32) -> Result<u32, Failure> {
        until("the row is there", || ROW.load(Ordering::SeqCst) > 0);
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    thread::scope(|scope| {
        let calls = [scope.spawn(|| outlasting(1)), scope.spawn(|| outlasting(1))];
        until("the body is about to run", || world.chaos.count("claim") == 1);
        let end = RUNTIME.shutdown(SHORT).wait();
        assert!(end.owed == 0 && end.running >= 1, "{end:?}");
        ROW.store(1, Ordering::SeqCst);
        for call in calls {
            let refused = call.join().expect("no panic").expect_err("it is over").cache();
            assert!(refused.is_unavailable(), "{refused}");
            assert!(refused.to_string().contains("was shut down"), "{refused}");
        }
    });
    let detail = told(&world);
    assert!(detail.contains("still under way") && !detail.contains(" 0 still"), "{detail}");
    let (second, _) = timed(|| RUNTIME.shutdown(PATIENCE).wait());
    assert_eq!(left(second), (0, 0), "the calls are over");
}

/// B35: a change that is unanswered when the deadline passes is an error in every mode, and is not
/// said to be owed: nobody would settle it.
#[test]
fn a_change_that_outlasts_the_deadline_is_not_said_to_be_owed() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn unanswered(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!(unanswered(1), 1);
    let held = world.chaos.hold("invalidate");
    thread::scope(|scope| {
        let change = scope.spawn(|| unanswered::invalidate(1));
        until("the server has obeyed it", || held.is_reached());
        assert_eq!(left(RUNTIME.shutdown(SHORT).wait()), (0, 1));
        let lost = change.join().expect("no panic").expect_err("nobody would settle it");
        assert!(!lost.is_owed(), "{lost}");
    });
}

/// B35: fillers that callers left behind are taken back before the runtime ends.
#[test]
fn a_shutdown_takes_fillers_back() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    async fn left_behind(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        std::future::pending::<()>().await;
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    let mut call = Box::pin(left_behind(1));
    until("its body waits", || {
        assert!(turn(call.as_mut()).is_pending());
        RUNS.count() == 1
    });
    assert_eq!(world.redis.keys(&left_behind::key(1)).len(), 1, "its filler is there");
    let abort = world.chaos.hold("abort");
    drop(call);
    until("it is being taken back", || abort.is_reached());
    let mut shutdown = pin!(RUNTIME.shutdown(PATIENCE));
    assert!(turn(shutdown.as_mut()).is_pending(), "the filler is not known to be gone");
    abort.release();
    until("it is over", || turn(shutdown.as_mut()).is_ready());
    assert!(world.redis.keys(&left_behind::key(1)).is_empty());
    assert!(told(&world).contains("nothing is left"));
}

/// B35: a shutdown that is given up lets nobody in, and a later one ends what it began.
#[test]
fn a_shutdown_that_is_given_up_is_ended_by_the_next() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn given_up(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(given_up(1).expect("the server is there"), 1);
    world.chaos.answer("invalidate", FULL);
    assert!(given_up::invalidate(1).expect_err("the server is full").is_owed());
    let mut first = Box::pin(RUNTIME.shutdown(PATIENCE));
    assert!(turn(first.as_mut()).is_pending(), "it is owed");
    drop(first);
    assert!(given_up(2).expect_err("nobody enters").cache().is_unavailable());
    assert_eq!(world.events.count("RUNTIME_SHUT_DOWN"), 0);
    world.chaos.restore();
    assert_eq!(left(RUNTIME.shutdown(PATIENCE).wait()), (0, 0));
    assert!(world.redis.keys(&given_up::key(1)).is_empty());
    assert!(told(&world).contains("nothing is left"));
}

//! A server that is slow or hangs: every call is bounded, and the edges are told once.

use std::thread;
use std::time::Duration;

use cachekit::{Thresholds, cached};
use cachekit_tests::{Failure, Runs, Slot, World, timed, until};

/// What tests of the deadline give one call.
const OP_TIMEOUT: Duration = Duration::from_millis(200);

/// B29, B18, C5: callers of a paused server are bounded, and leave one event each way.
#[test]
fn a_hundred_callers_of_a_paused_server_are_bounded_and_raise_one_event_each_way() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn patient(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    assert_eq!(patient(0).expect("the server is there"), 0);
    world.redis.pause();
    let ((), took) = timed(|| {
        thread::scope(|scope| {
            for n in 0..100 {
                scope.spawn(move || {
                    let (refused, took) = timed(|| patient(n));
                    assert!(refused.expect_err("it hangs").cache().is_unavailable());
                    assert!(took < 10 * OP_TIMEOUT, "{took:?}");
                });
            }
        });
    });
    assert!(took < 15 * OP_TIMEOUT, "{took:?} together");
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    // The fastest of a few: on a busy machine one of them may have waited for a processor.
    let tries = (0..5).map(|_| {
        let (refused, took) = timed(|| patient(1));
        assert!(refused.expect_err("it is known to be away").cache().is_unavailable());
        took
    });
    let fastest = tries.min().expect("there are five");
    assert!(fastest < Duration::from_millis(50), "{fastest:?} although the outage is known");
    world.redis.resume();
    world.events.wait_for("BACKEND_RECOVERED");
    assert_eq!(patient(1).expect("the server goes on"), 1);
    let events = ["BACKEND_UNAVAILABLE_AT_RUNTIME", "BACKEND_RECOVERED"];
    assert_eq!(world.events.names(), events);
}

/// B29: a network that swallows everything bounds degraded calls too, which then run the body.
#[test]
fn a_black_hole_bounds_a_degraded_call_which_then_answers() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn swallowed(n: u32) -> u32 {
        RUNS.again();
        n
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    world.chaos.blackhole();
    let (answer, took) = timed(|| swallowed::detailed(1));
    assert_eq!((answer.value, answer.degraded), (1, true));
    assert!(took < 10 * OP_TIMEOUT, "{took:?}");
    assert_eq!(RUNS.count(), 1);
}

/// A single timeout is that call's error and no outage.
#[test]
fn one_slow_answer_is_no_outage() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn hiccup(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    assert_eq!(hiccup(1).expect("the server is there"), 1);
    let held = world.chaos.hold("HMGET");
    let error = hiccup(1).expect_err("its answer is late").cache();
    assert!(error.is_timeout() && error.is_unavailable(), "{error}");
    held.release();
    until("the late answer has passed", || hiccup(1).is_ok());
    assert_eq!(world.events.names(), [""; 0]);
    assert_eq!(RUNTIME.health().availability(), "up");
}

/// K18: callers that fail together on one dead connection count once, so that a restart is no trip.
#[test]
fn a_hundred_calls_in_flight_on_one_cut_connection_count_once() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn together(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    world.chaos.delay(Duration::from_millis(50));
    thread::scope(|scope| {
        for n in 0..100 {
            scope.spawn(move || assert_eq!(together(n), n));
        }
        until("many are in flight", || world.chaos.count("HMGET") > 3);
        world.chaos.hang_up();
    });
    world.chaos.restore();
    until("a new connection serves", || !together::detailed(1_000).degraded);
    assert!(RUNTIME.health().breaker_failures() <= 1, "{}", RUNTIME.health().breaker_failures());
    assert_eq!(RUNTIME.health().breaker_opens(), 0);
}

/// K1, K3, K13, K14, B17, C9: an open breaker touches nothing, counts one opening, and reading it
/// changes nothing.
#[test]
fn an_open_breaker_touches_nothing_and_counts_one_opening() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn broken(n: u32) -> u32 {
        n
    }

    let thresholds = Thresholds { failures: 3, recovery: Duration::from_millis(400), probes: 2 };
    let world = World::with(&RUNTIME, |builder| builder.breaker(thresholds));
    assert_eq!(broken(0), 0);
    world.chaos.answer("HMGET", "-LOADING the server plays dead");
    world.chaos.answer("UNLINK", "-LOADING the server plays dead");
    for n in 0..10 {
        assert_eq!(broken(n), n);
    }
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    let commands = world.chaos.count("HMGET");
    assert!(commands <= 4, "{commands} reads reached the server");
    for n in 0..200 {
        assert!(broken::detailed(n).degraded);
        assert!(RUNTIME.health().is_degraded());
        assert!(
            broken::stats().degraded,
            "{:?} {}",
            world.events.lines(),
            RUNTIME.health().to_json()
        );
    }
    assert_eq!(world.chaos.count("HMGET"), commands);
    assert!(RUNTIME.health().breaker_opens() <= 1);
    world.recovery();
    assert_eq!(RUNTIME.health().breaker(), Some("closed"));
    assert_eq!(RUNTIME.health().breaker_failures(), 0);
    assert!(!broken::detailed(1).degraded);
}

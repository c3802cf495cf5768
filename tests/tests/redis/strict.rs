//! Strict: L2 is the authority, and what it cannot vouch for is refused.

use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, timed, until};

/// One operation, and what it came to.
type Operation = fn() -> Result<(), cachekit::Error>;

/// B4, B7, B8: with a warm history and a dead server every operation is refused, fast, and runs nothing.
#[test]
fn a_lost_server_refuses_every_operation_and_runs_no_body() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn warm(t: &str, n: u32) -> Result<u32, Failure> {
        let _ = t;
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    for n in 0..10 {
        assert_eq!(warm("a", n).expect("the server is there"), n);
    }
    world.outage();
    let connections = world.chaos.accepted();
    let operations: [(&str, Operation); 9] = [
        ("get", || warm("a", 1).map(drop).map_err(Failure::cache)),
        ("get", || warm("a", 99).map(drop).map_err(Failure::cache)),
        ("get", || warm::peek("a", 1).map(drop)),
        ("set", || warm::refresh("a", 1).map(drop).map_err(Failure::cache)),
        ("set", || warm::prime("a", 1, 5).map(drop)),
        ("update", || warm::update("a", 1, |n| *n += 1).map(drop)),
        ("invalidate", || warm::invalidate("a", 1).map(drop)),
        ("clear", || warm::invalidate_tenant("a").map(drop)),
        ("clear", || warm::invalidate_all().map(drop)),
    ];
    for (operation, run) in operations {
        // The fastest of a few: on a busy machine one of them may have waited for a processor.
        let tries = (0..5).map(|_| {
            let (refused, took) = timed(run);
            let error = refused.expect_err("the server is gone");
            assert!(error.is_unavailable(), "{error}");
            assert_eq!(error.operation(), operation, "{error}");
            took
        });
        let fastest = tries.min().expect("there are five");
        assert!(fastest.as_millis() < 50, "{operation} took {fastest:?}");
    }
    assert_eq!(RUNS.count(), 10);
    assert_eq!(world.chaos.accepted(), connections, "nobody listens, so nothing was taken");
    world.recovery();
    until("what is owed is settled", || RUNTIME.health().owed() == 0);
    assert_eq!(warm("a", 1).expect("the server is back"), 1);
    assert_eq!(RUNS.count(), 11, "H14: what was refused is owed, and is made");
}

/// B5: a value that cannot be stored is an error; the body ran once, and nothing is kept here.
#[test]
fn a_failed_store_is_an_error_after_one_run() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn stored(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    world.chaos.fail("commit");
    let error = stored(1).expect_err("the store fails").cache();
    assert_eq!(error.operation(), "set", "{error}");
    assert_eq!(RUNS.count(), 1);
    world.chaos.restore();
    assert_eq!(stored::detailed(1).expect("it is repaired").source, Source::Computed);
    assert_eq!(RUNS.count(), 2);
}

/// B5: `on_store_error = "return"` gives the value and raises an event.
#[test]
fn a_failed_store_may_be_asked_to_return_the_value() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, on_store_error = "return", runtime = RUNTIME)]
    fn returned(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    world.chaos.fail("commit");
    let answer = returned::detailed(1).expect("the value is returned");
    assert_eq!((answer.value, answer.degraded), (1, true));
    assert_eq!(world.events.names(), ["STORE_UNCONFIRMED"]);
    world.chaos.restore();
    assert_eq!(returned::detailed(1).expect("it is repaired").source, Source::Computed);
}

/// B7, H12: strict consults L2 on every call: what is gone there is computed anew.
#[test]
fn strict_never_answers_from_this_node() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn consulted(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(consulted(1).expect("the server is there"), 1);
    assert_eq!(consulted::detailed(1).expect("the server is there").source, Source::L2);
    world.redis.tell(&["FLUSHALL"]);
    assert_eq!(consulted::detailed(1).expect("the server is there").source, Source::Computed);
    assert_eq!(RUNS.count(), 2);
}

/// B6, H2: an invalidation that was confirmed says so, and one that was not is an error.
#[test]
fn an_invalidation_is_confirmed_or_an_error() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn confirmed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(confirmed::invalidate(1).expect("the server is there"), Invalidated::Done);
    assert_eq!(confirmed::invalidate_all().expect("the server is there"), Invalidated::Done);
    world.chaos.fail("invalidate");
    let error = confirmed::invalidate(1).expect_err("the server did not confirm");
    assert_eq!(error.operation(), "invalidate");
}

/// B32: one outage: strict refuses, degraded answers, and both hear of the same edge.
#[test]
fn one_outage_leaves_strict_strict_and_degraded_degraded() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn firm(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn loose(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!((firm(1).is_ok(), loose(1).is_ok()), (true, true));
    world.outage();
    for n in [1, 2] {
        assert!(firm(n).expect_err("strict refuses").cache().is_unavailable());
        assert!(loose::detailed(n).expect("degraded answers").degraded);
    }
    world.recovery();
    assert_eq!((firm(2).is_ok(), loose(2).is_ok()), (true, true));
    assert!(!loose::detailed(2).expect("the server is back").degraded);
    let events = ["BACKEND_UNAVAILABLE_AT_RUNTIME", "BACKEND_RECOVERED"];
    assert_eq!(world.events.names(), events);
    let modes = "STRICT_DISTRIBUTED";
    assert!(world.events.lines()[0].contains(modes), "the event names the modes it concerns");
}

/// Recovery needs no traffic (K5, B16), and a new connection is made for it (B17).
#[test]
fn recovery_needs_no_traffic_and_makes_a_new_connection() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn quiet(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let mut world = World::new(&RUNTIME);
    assert_eq!(quiet(1).expect("the server is there"), 1);
    world.redis.kill();
    world.chaos.hang_up();
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    let connections = world.chaos.accepted();
    world.redis.restart();
    world.events.wait_for("BACKEND_RECOVERED");
    assert!(world.chaos.accepted() > connections);
    until("the health says so too", || RUNTIME.health().availability() == "up");
    assert_eq!(RUNTIME.health().breaker(), Some("closed"));
    assert_eq!(quiet::detailed(1).expect("the server is back").source, Source::Computed);
}

/// A function that no runtime with an L2 serves says so at its first call.
#[test]
fn a_runtime_without_l2_refuses_a_strict_function_and_names_the_fix() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn homeless(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    RUNTIME.set(Runtime::builder().build().expect("local alone needs nothing"));
    let error = homeless(1).expect_err("there is no L2").cache();
    assert!(error.is_config(), "{error}");
    assert!(error.to_string().contains("redis("), "it names the fix: {error}");
}

//! Degraded: this node answers while L2 is away, and every answer says so.

use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Failure, Node, Runs, Slot, World, node, until};
use serde_json::{Value, json};

/// B12, B13, B14, B16, B31: the whole cycle: marked while the outage lasts, unmarked after it, and
/// nothing that the outage bore is served or stored.
#[test]
fn an_outage_is_marked_while_it_lasts_and_leaves_nothing_behind() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn cycle(n: u32) -> u64 {
        u64::from(n) * 100 + RUNS.again() as u64
    }

    let world = World::new(&RUNTIME);
    let before = cycle::detailed(1);
    assert_eq!((before.value, before.source, before.degraded), (101, Source::Computed, false));
    let stored = world.redis.bytes(&cycle::key(1));
    assert!(!cycle::stats().degraded);

    world.outage();
    let held = cycle::detailed(1);
    assert_eq!((held.value, held.source, held.degraded), (101, Source::L1, true));
    let born = cycle::detailed(2);
    assert_eq!((born.value, born.source, born.degraded), (202, Source::Computed, true));
    let again = cycle::detailed(2);
    assert_eq!((again.value, again.source, again.degraded), (202, Source::Fallback, true));
    let stats = cycle::stats();
    assert_eq!((stats.backend, stats.degraded), (Some("local_degraded"), true));

    world.recovery();
    let after = cycle::detailed(2);
    assert_eq!((after.value, after.source, after.degraded), (203, Source::Computed, false));
    let untouched = cycle::detailed(1);
    assert_eq!((untouched.value, untouched.source, untouched.degraded), (101, Source::L1, false));
    assert_eq!(world.redis.bytes(&cycle::key(1)), stored, "no marker is ever stored");
    assert_eq!(world.redis.values(&cycle::key(2)).len(), 1, "new values reach the server again");
    assert!(!cycle::stats().degraded);
    let events = ["BACKEND_UNAVAILABLE_AT_RUNTIME", "BACKEND_RECOVERED"];
    assert_eq!(world.events.names(), events);
}

/// A flight that began during the outage is stored nowhere, although the server is back by then.
#[test]
fn a_flight_that_began_in_the_outage_is_stored_nowhere() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    static EVENTS: std::sync::OnceLock<cachekit_tests::Events> = std::sync::OnceLock::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn straddles(n: u32) -> u32 {
        if RUNS.again() == 1 {
            EVENTS.get().expect("set before the call").wait_for("BACKEND_RECOVERED");
        }
        n
    }

    let world = World::new(&RUNTIME);
    EVENTS.set(world.events.clone()).expect("set once");
    world.outage();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| straddles::detailed(1));
        until("the body runs", || RUNS.count() == 1);
        world.chaos.restore();
        let answer = call.join().expect("no panic");
        assert!(answer.degraded, "it began without its L2");
    });
    assert_eq!(straddles::detailed(1).source, Source::Computed);
    assert_eq!(RUNS.count(), 2);
}

/// B15, B30, H2: what the server did not confirm is pending, and is settled before anything of the
/// function in L2 is trusted again.
#[test]
fn an_invalidation_in_an_outage_is_pending_and_settled_before_l2_is_trusted() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn owed(n: u32) -> u64 {
        u64::from(n) * 100 + RUNS.again() as u64
    }

    let world = World::new(&RUNTIME);
    assert_eq!((owed(1), owed(2)), (101, 202));
    world.outage();
    assert_eq!(owed::invalidate(1).expect("degraded owes it"), Invalidated::Pending);
    assert_eq!(RUNTIME.health().owed(), 1, "the one entry");
    assert!(RUNTIME.health().is_degraded());
    assert_eq!(owed::detailed(1).source, Source::Computed, "this node knows of it");
    world.recovery();
    assert_eq!(RUNTIME.health().owed(), 0, "an outage is over when nothing is owed");
    let answer = owed::detailed(1);
    assert_eq!((answer.value, answer.source), (104, Source::Computed));
    assert_eq!(world.events.count("INVALIDATION_PENDING"), 1);
}

/// B30: an invalidation that one failure left pending is owed although the server is up: until it
/// is settled, nothing of the function in L2 is read or written.
#[test]
fn what_is_owed_while_the_server_is_up_is_not_trusted_either() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn doubtful(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let world = World::new(&RUNTIME);
    assert_eq!((doubtful(1), doubtful::detailed(1).source), (1, Source::L2));
    // What settles the debt is the same.
    world.chaos.fail("invalidate");
    assert_eq!(doubtful::invalidate(1).expect("degraded owes it"), Invalidated::Pending);
    let answer = doubtful::detailed(1);
    assert_eq!((answer.value, answer.source, answer.degraded), (2, Source::Computed, true));
    world.chaos.restore();
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    until("the server serves again", || !doubtful::detailed(1).degraded);
    assert!(doubtful(1) > 2, "nothing of before is served");
}

/// B30, H15: what the server refuses to settle is not trusted when it is back, and keeps nobody
/// else from being served.
#[test]
fn what_is_owed_after_an_outage_blocks_what_it_is_of_and_nothing_else() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn indebted(n: u32) -> u32 {
        n
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn bystander(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!((indebted(1), bystander(1).expect("the server is there")), (1, 1));
    world.outage();
    assert_eq!(indebted::invalidate_all().expect("degraded owes it"), Invalidated::Pending);
    world.chaos.fail("SET");
    world.chaos.listen();
    world.events.wait_for("BACKEND_RECOVERED");
    until("settling was tried twice", || world.chaos.count("SET") > 16);
    assert_eq!(RUNTIME.health().owed(), 1);
    let answer = indebted::detailed(1);
    assert_eq!((answer.source, answer.degraded), (Source::Computed, true));
    assert_eq!(bystander::detailed(1).expect("it owes nothing").source, Source::L2);
    world.chaos.restore();
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    let answer = indebted::detailed(1);
    assert_eq!((answer.source, answer.degraded), (Source::Computed, false));
}

/// B15: the same for a whole function and for a prime; an update has nothing to change.
#[test]
fn each_change_in_an_outage_says_what_became_of_it() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn changed(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!(changed(1), 1);
    world.outage();
    assert_eq!(changed::invalidate_all().expect("degraded owes it"), Invalidated::Pending);
    assert_eq!(changed::prime(1, 7).expect("degraded owes it"), Invalidated::Pending);
    let primed = changed::detailed(1);
    assert_eq!((primed.value, primed.source, primed.degraded), (7, Source::Fallback, true));
    let error = changed::update(1, |n| *n += 1).expect_err("there is no authority to update");
    assert_eq!(error.operation(), "update");
    assert_eq!(changed::refresh(1), 1);
    world.recovery();
    assert_eq!(changed::detailed(1).source, Source::Computed, "the fallback is gone");
}

/// B31: the fallback keeps the function's own ttl and its own bound.
#[test]
fn the_fallback_has_the_functions_ttl_and_bound() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = "2s", max_size = 50, runtime = RUNTIME)]
    fn bounded(n: u32) -> u32 {
        RUNS.again();
        n
    }

    let clock = cachekit::testing::ManualClock::new();
    let world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    world.outage();
    assert_eq!(bounded(1), 1);
    clock.advance(std::time::Duration::from_millis(1_900));
    assert_eq!(bounded::detailed(1).source, Source::Fallback);
    clock.advance(std::time::Duration::from_millis(100));
    assert_eq!(bounded::detailed(1).source, Source::Computed);
    for n in 0..1_000 {
        assert_eq!(bounded(n), n);
    }
    assert!(bounded::stats().entries <= 100, "{} entries", bounded::stats().entries);
}

mod apart {
    use super::{Runs, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();
    pub(super) static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    pub(super) fn divided(n: u32) -> u32 {
        RUNS.again();
        n
    }
}

/// A second node on the same server.
#[test]
fn node() {
    let mut world = None;
    node::serve(|what, argument| match what {
        "connect" => {
            let url = argument.as_str().expect("a URL").to_owned();
            let events = cachekit_tests::Events::default();
            let builder = cachekit::Runtime::builder()
                .namespace("tests")
                .redis(url)
                .on_event(events.listener());
            apart::RUNTIME.set(builder.build().expect("the server is there"));
            world = Some(events);
            json!(null)
        }
        "wait" => {
            let name = argument.as_str().expect("a name");
            world.as_ref().expect("connected first").wait_for(name);
            json!(null)
        }
        _ => {
            let answer = apart::divided::detailed(1);
            json!({ "degraded": answer.degraded, "runs": apart::RUNS.count() })
        }
    });
}

/// B24: two nodes that are both cut off diverge, and both say so.
#[test]
fn two_nodes_that_are_cut_off_diverge_and_both_say_so() {
    let world = World::new(&apart::RUNTIME);
    let mut other = Node::start("redis::degraded::node", &[]);
    other.ask("connect", world.chaos.url());
    world.outage();
    other.ask("wait", "BACKEND_UNAVAILABLE_AT_RUNTIME");
    assert!(apart::divided::detailed(1).degraded);
    assert_eq!(apart::divided::detailed(1).source, Source::Fallback);
    assert_eq!(other.ask("call", Value::Null), json!({ "degraded": true, "runs": 1 }));
    assert_eq!(apart::RUNS.count(), 1);
}

/// B23: the body's own errors are no outages, whatever they wrap; they pass and are not cached.
#[test]
fn the_bodys_own_errors_are_no_outage() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[derive(Debug)]
    struct Wrapped(redis::RedisError);

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn wraps(n: u32) -> Result<u32, Wrapped> {
        let _ = n;
        RUNS.again();
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        Err(Wrapped(refused.into()))
    }

    let world = World::new(&RUNTIME);
    for run in 1..=10 {
        match wraps(1) {
            Err(Wrapped(error)) => assert!(error.is_connection_refusal(), "{error}"),
            Ok(value) => panic!("its own error, unchanged, and not {value}"),
        }
        assert_eq!(RUNS.count(), run, "never twice for one caller");
    }
    assert_eq!(world.events.names(), [""; 0]);
    assert_eq!(RUNTIME.health().breaker_failures(), 0);
}

/// Errors that a body made of a refusal inside it are never cached, whatever `cache_err` says.
#[test]
fn a_refusal_inside_a_body_is_not_cached() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn inner(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(cache_err = |_| true, runtime = RUNTIME)]
    fn outer(n: u32) -> Result<u32, &'static str> {
        RUNS.again();
        inner(n).map_err(|_refused| "the inner one was refused")
    }

    let world = World::new(&RUNTIME);
    world.outage();
    assert_eq!(
        (outer(1), outer(1)),
        (Err("the inner one was refused"), Err("the inner one was refused"))
    );
    assert_eq!(RUNS.count(), 2);
    world.recovery();
    assert_eq!(outer(1), Ok(1));
}

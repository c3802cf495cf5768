//! The breaker and the back-off, as they are seen from outside.

use std::error::Error as _;
use std::time::Duration;

use cachekit::{Thresholds, cached};
use cachekit_tests::{Failure, Runs, Slot, World, timed, until};

/// Whether a path fails.
type Fails = fn() -> bool;

/// K11: a failure counts on every path, sync and async.
#[tokio::test(flavor = "multi_thread")]
async fn failures_count_on_every_path() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn blocking(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    async fn polled(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let many = Thresholds { failures: 1_000, ..Thresholds::default() };
    let world = World::with(&RUNTIME, |builder| builder.breaker(many));
    blocking(1).expect("the server is there");
    polled(1).await.expect("the server is there");
    let paths: [(&str, Fails); 6] = [
        ("HMGET", || blocking(1).is_err()),
        ("claim", || blocking(2).is_err()),
        ("commit", || blocking(3).is_err()),
        // These are owed, so that their entry is not asked for again here.
        ("invalidate", || blocking::invalidate(4).is_err()),
        ("replace", || blocking::prime(5, 1).is_err()),
        ("swap", || blocking::update(1, |n| *n += 1).is_err()),
    ];
    for (command, fails) in paths {
        world.chaos.answer(command, "-LOADING ..");
        // What a failed commit leaves is taken back in the background, which starts the count anew.
        world.chaos.answer("abort", "-LOADING ..");
        assert!(fails(), "{command}");
        assert!(RUNTIME.health().breaker_failures() >= 1, "{command}");
        world.chaos.restore();
        until("a success starts the count anew", || {
            blocking(1).is_ok() && RUNTIME.health().breaker_failures() == 0
        });
    }
    world.chaos.answer("HMGET", "-LOADING ..");
    polled(1).await.expect_err("it cannot serve");
    assert!(RUNTIME.health().breaker_failures() >= 1);
}

/// K15: no operation is tried twice within a call.
#[test]
fn nothing_is_tried_twice_within_a_call() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn once(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!(once(1), 1);
    let sent = |what| world.chaos.count(what);
    for (n, command) in [(2, "HMGET"), (3, "claim"), (4, "commit")] {
        world.chaos.answer(command, "-LOADING ..");
        let before = sent(command);
        assert!(once::detailed(n).degraded);
        assert_eq!(sent(command), before + 1, "{command}");
        world.chaos.restore();
        until("the server serves", || !once::detailed(1).degraded);
    }
}

/// K16: tries of a lost server become fewer; at the first pause's pace there would be dozens.
#[test]
fn tries_of_a_lost_server_become_fewer() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn lost(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let mut world = World::new(&RUNTIME);
    lost(1).expect("the server is there");
    world.redis.kill();
    world.chaos.hang_up();
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    let before = world.chaos.accepted();
    let ((), took) = timed(|| until("it tries on", || world.chaos.accepted() - before >= 6));
    // At the first pause throughout they would take 0.3 s at most; doubled, 1.5 s at least, or half
    // of that if the connection's own first try is among them.
    assert!(took >= Duration::from_millis(700), "six tries in {took:?}");
}

/// K17: the refusal of an open breaker says whose it is and that trying again will not help.
#[test]
fn an_open_breaker_says_whose_it_is_and_that_retrying_is_no_use() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn tripped(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let one = Thresholds { failures: 1, ..Thresholds::default() };
    let world = World::with(&RUNTIME, |builder| builder.breaker(one));
    tripped(1).expect("the server is there");
    world.chaos.answer("HMGET", "-LOADING ..");
    world.chaos.answer("UNLINK", "-LOADING ..");
    tripped(1).expect_err("it cannot serve");
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    let said = world.events.lines().remove(0);
    assert!(said.contains("circuit breaker of L2 is open"), "{said}");
    assert!(said.contains("retrying will not help"), "{said}");
    let error = tripped(1).expect_err("it is away").cache();
    let refusal = error.to_string();
    assert!(refusal.contains("L2"), "{refusal}");
    assert!(refusal.contains("retrying will not help"), "{refusal}");
    assert!(error.source().is_none(), "a report tells the cause once");
}

/// G10: a fill that L2 does not register is refused in strict, and computed, unstored, in degraded.
#[test]
fn a_fill_that_cannot_be_registered_is_refused_or_computed() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn firm(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn loose(n: u32) -> u32 {
        RUNS.again();
        n
    }

    let world = World::new(&RUNTIME);
    world.chaos.fail("claim");
    assert_eq!(firm(1).expect_err("it cannot be filled").cache().operation(), "set");
    assert_eq!(RUNS.count(), 0);
    let answer = loose::detailed(1);
    assert_eq!((answer.value, answer.degraded, RUNS.count()), (1, true, 1));
    assert_eq!(world.chaos.count("commit"), 0);
}

/// J7: an answer that is not the protocol's is its own kind of error; each other kind has a test
/// beside what causes it.
#[test]
fn an_answer_that_is_no_protocol_is_told_apart() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn garbled(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    garbled(1).expect("the server is there");
    world.chaos.answer("swap", "+a text where a number belongs");
    let error = garbled::update(1, |n| *n += 1).expect_err("it is garbled");
    assert!(error.is_corrupt(), "{error}");
    let others = [
        error.is_unavailable(),
        error.is_timeout(),
        error.is_conflict(),
        error.is_tampered(),
        error.is_serialize(),
        error.is_too_large(),
        error.is_config(),
        error.is_auth(),
    ];
    assert_eq!(others, [false; 8], "{error}");
}

//! What a debt concerns, what ends it, and what owes nothing.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};

/// What a full server answers to a write, which is no outage.
const FULL: &str = "-OOM command not allowed when used memory > 'maxmemory'.";

/// What an operation on a black hole may take.
const SHORT: Duration = Duration::from_millis(200);

/// H14: a debt of one entry is outstanding, and every other entry is served as ever.
#[test]
fn a_debt_of_an_entry_concerns_that_entry_alone() {
    static RUNTIME: Slot = Slot::new();
    static ROW: AtomicU32 = AtomicU32::new(1);
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn owing(n: u32) -> Result<u32, Failure> {
        let _ = n;
        RUNS.again();
        Ok(ROW.load(Ordering::SeqCst))
    }

    let world = World::new(&RUNTIME);
    assert_eq!(owing(42).and(owing(43)).expect("the server is there"), 1);
    ROW.store(2, Ordering::SeqCst);
    world.chaos.answer("invalidate", FULL);
    let refused = owing::invalidate(42).expect_err("the server refuses it");
    assert!(refused.is_unavailable() && refused.is_owed(), "{refused}");
    for _ in 0..20 {
        let other = owing::detailed(43).expect("it is served as ever");
        assert_eq!((other.value, other.source), (1, Source::L2));
        assert!(owing(42).expect_err("what is owed is not read").cache().is_unavailable());
    }
    assert_eq!(RUNTIME.health().owed(), 1);
    assert_eq!(RUNS.count(), 2, "no body ran");
    world.chaos.restore();
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    assert!(world.redis.keys(&owing::key(42)).is_empty());
    assert_eq!(owing(42).expect("it is served again"), 2);
    assert_eq!(owing::detailed(43).expect("and the other").source, Source::L2);
}

/// H14: the same where the invalidation timed out, and the network is back.
#[test]
fn a_timed_out_invalidation_of_an_entry_leaves_the_others_as_they_are() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn timed_out(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(SHORT));
    assert_eq!(timed_out(42).and(timed_out(43)).expect("the server is there"), 43);
    world.chaos.blackhole();
    let refused = timed_out::invalidate(42).expect_err("nothing is answered");
    assert!(refused.is_timeout() && refused.is_owed(), "{refused}");
    world.chaos.restore();
    until("the server serves", || timed_out(43).is_ok());
    assert_eq!(timed_out::detailed(43).expect("it serves").source, Source::L2);
    assert_eq!(RUNS.count(), 2);
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    assert_eq!(timed_out::detailed(42).expect("it serves").source, Source::Computed);
}

/// H14: of an update or a refresh that was not confirmed nobody knows what came of it, and nothing
/// is owed.
#[test]
fn an_update_or_refresh_that_fails_owes_nothing() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn unowed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(unowed(1).expect("the server is there"), 1);
    for (what, line) in [("swap", FULL), ("commit", "-LOADING it is not there yet")] {
        world.chaos.answer(what, line);
        let refused = match what {
            "swap" => unowed::update(1, |n| *n = 2).map(drop).expect_err("it is refused"),
            _ => unowed::refresh(1).map(drop).expect_err("it is refused").cache(),
        };
        assert!(refused.is_unavailable() && !refused.is_owed(), "{what}: {refused}");
        assert_eq!(RUNTIME.health().owed(), 0, "{what}");
        world.chaos.restore();
    }
}

/// What is the same in both modes: a debt is outstanding and cannot be settled, and a later change
/// is confirmed.
macro_rules! ends_a_debt {
    ($mode:literal, $owed:expr) => {
        static RUNTIME: Slot = Slot::new();
        static PEER: Slot = Slot::new();

        #[cached(mode = $mode, ttl = 60, name = "ends_a_debt", runtime = RUNTIME)]
        fn owing(n: u32) -> Result<u32, Failure> {
            Ok(n)
        }

        #[cached(mode = $mode, ttl = 60, name = "ends_a_debt", runtime = PEER)]
        fn other(n: u32) -> Result<u32, Failure> {
            Ok(n)
        }

        let world = World::new(&RUNTIME);
        let peer = Runtime::builder().namespace("tests").redis(world.redis.url());
        PEER.set(peer.build().expect("it is there"));
        assert_eq!(owing(42).expect("the server is there"), 42);
        world.chaos.answer("invalidate", FULL);
        $owed(owing::invalidate(42));
        assert_eq!(RUNTIME.health().owed(), 1);
        assert_eq!(owing::prime(42, 7).expect("it is not refused for the debt"), Invalidated::Done);
        assert_eq!(RUNTIME.health().owed(), 0, "the debt has ended");
        assert_eq!(owing::detailed(42).map(|it| (it.value, it.source)).ok(), Some((7, Source::L2)));
        world.chaos.restore();
        // Whatever settles debts has had its turn once another one is settled.
        world.chaos.answer("invalidate", FULL);
        $owed(owing::invalidate(43));
        world.chaos.restore();
        until("the other debt is settled", || RUNTIME.health().owed() == 0);
        assert_eq!(other(42).expect("the server is there"), 7, "and removed nothing");
        assert_eq!(owing(42).expect("the server is there"), 7);
    };
}

/// H14: a later prime that is confirmed ends the debt of its entry, and its value stays.
#[test]
fn a_strict_prime_that_is_confirmed_ends_the_debt_of_its_entry() {
    ends_a_debt!("strict", |told: Result<Invalidated, cachekit::Error>| {
        assert!(told.expect_err("the server refuses it").is_owed());
    });
}

/// H14: the same in degraded.
#[test]
fn a_degraded_prime_that_is_confirmed_ends_the_debt_of_its_entry() {
    ends_a_debt!("degraded", |told: Result<Invalidated, cachekit::Error>| {
        assert_eq!(told.expect("it is owed"), Invalidated::Pending);
    });
}

/// H14: over a black hole: the debt is there when the server is back, and a prime that comes at
/// once is done.
#[test]
fn a_prime_after_a_black_hole_is_not_refused_for_a_debt() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn swallowed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(SHORT));
    assert_eq!(swallowed(42).expect("the server is there"), 42);
    world.chaos.blackhole();
    assert!(swallowed::invalidate(42).expect_err("nothing is answered").is_owed());
    // What would settle the debt is refused, so that only the prime can end it.
    world.chaos.restore();
    world.chaos.answer("invalidate", FULL);
    until("a prime is done", || swallowed::prime(42, 7).is_ok_and(|it| it == Invalidated::Done));
    assert_eq!(RUNTIME.health().owed(), 0);
    world.chaos.restore();
    assert_eq!(swallowed(42).expect("the server is there"), 7);
}

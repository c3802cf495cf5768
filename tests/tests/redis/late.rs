//! Commands that reach the server after their callers have given up: they change nothing.

use std::time::Duration;

use cachekit::{Invalidated, cached};
use cachekit_tests::{Failure, Slot, World, until};

/// What these tests give one call. Long enough for a healthy server on a busy machine.
const OP_TIMEOUT: Duration = Duration::from_secs(1);

/// H16: a prime that nobody waits for any more does not come back after a later invalidation.
#[test]
fn a_prime_that_arrives_after_its_caller_gave_up_stores_nothing() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn primed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    assert_eq!(primed(1).expect("the server is there"), 1);
    let kept = world.chaos.keep("replace");
    let refused = primed::prime(1, 7).expect_err("it is not answered");
    assert!(refused.is_timeout(), "{refused}");
    kept.reached();
    world.chaos.strand();
    until("there is another connection", || {
        primed::invalidate(1).is_ok_and(|it| it == Invalidated::Done)
    });
    kept.deliver();
    assert_eq!(primed::peek(1).expect("the server is there"), None);
    assert!(world.redis.keys(&primed::key(1)).is_empty());
}

/// H16: the same where the prime was owed and its debt is settled.
#[test]
fn a_degraded_prime_that_arrives_after_its_debt_is_settled_stores_nothing() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn owed(n: u32) -> u32 {
        n
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    assert_eq!(owed(1), 1);
    let kept = world.chaos.keep("replace");
    assert_eq!(owed::prime(1, 7).expect("degraded does not err"), Invalidated::Pending);
    kept.reached();
    world.chaos.strand();
    until("the debt is settled", || RUNTIME.health().owed() == 0);
    assert_eq!(owed::invalidate(1).expect("another connection"), Invalidated::Done);
    kept.deliver();
    assert_eq!(owed::peek(1).expect("the server is there"), None);
}

/// H16: an update that nobody waits for any more changes nothing, although the bytes that it read
/// are there.
#[test]
fn an_update_that_arrives_after_its_caller_gave_up_changes_nothing() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn updated(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(OP_TIMEOUT));
    assert_eq!(updated(1).expect("the server is there"), 1);
    let before = world.redis.bytes(&updated::key(1));
    let kept = world.chaos.keep("swap");
    let refused = updated::update(1, |n| *n = 7).expect_err("it is not answered");
    assert!(refused.is_timeout(), "{refused}");
    kept.reached();
    world.chaos.strand();
    until("there is another connection", || updated::peek(1).is_ok_and(|it| it == Some(1)));
    kept.deliver();
    assert_eq!(world.redis.bytes(&updated::key(1)), before);
}

/// H16: a prime that is answered late, but in time, is done.
#[test]
fn a_prime_that_arrives_late_but_in_time_is_done() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn awaited(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    let kept = world.chaos.keep("replace");
    std::thread::scope(|scope| {
        let primed = scope.spawn(|| awaited::prime(1, 7));
        kept.reached();
        kept.deliver();
        let primed = primed.join().expect("no panic").expect("the server is there");
        assert_eq!(primed, Invalidated::Done);
    });
    assert_eq!(awaited::peek(1).expect("the server is there"), Some(7));
}

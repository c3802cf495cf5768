//! A refresh replaces: whatever becomes of the new value, the old one is not the answer any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cachekit::{Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, turn, until};

/// A refresh in an outage is answered from the fallback, and gone with the outage.
#[test]
fn a_refresh_in_an_outage_hides_the_entry_from_before_it() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn renewed(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let world = World::new(&RUNTIME);
    assert_eq!((renewed(1), renewed(1)), (1, 1));
    world.outage();
    assert_eq!(renewed::detailed(1).source, Source::L1);
    assert_eq!(renewed::refresh(1), 2);
    let answer = renewed::detailed(1);
    assert_eq!((answer.value, answer.source), (2, Source::Fallback));
    world.recovery();
    assert_eq!(renewed::detailed(1).source, Source::L2);
}

/// A value that has grown too large to store replaces the smaller one by nothing.
#[test]
fn a_refresh_that_cannot_be_stored_leaves_nothing_of_the_old_value() {
    static RUNTIME: Slot = Slot::new();
    static BYTES: AtomicUsize = AtomicUsize::new(10);

    fn grown() -> Vec<u8> {
        vec![0; BYTES.load(Ordering::SeqCst)]
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn strict(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        Ok(grown())
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn degraded(n: u32) -> Vec<u8> {
        let _ = n;
        grown()
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(1_000));
    assert_eq!((strict(1).expect("it is there").len(), degraded(1).len()), (10, 10));
    BYTES.store(5_000, Ordering::SeqCst);
    assert_eq!(strict::refresh(1).expect("it is returned").len(), 5_000);
    assert_eq!(degraded::refresh(1).len(), 5_000);
    for key in [strict::key(1), degraded::key(1)] {
        assert!(world.redis.keys(&key).is_empty(), "the old value is gone");
    }
    assert_eq!((strict(1).expect("it is computed").len(), degraded(1).len()), (5_000, 5_000));
}

/// Two refreshes at once: one commits, and neither leaves the value from before them in L1.
#[test]
fn two_refreshes_at_once_leave_no_older_value() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn raced(n: u32) -> usize {
        let _ = n;
        let run = RUNS.again();
        if run > 1 {
            until("both compute", || RUNS.count() >= 3);
        }
        run
    }

    let _world = World::new(&RUNTIME);
    assert_eq!(raced(1), 1);
    thread::scope(|scope| {
        scope.spawn(|| raced::refresh(1));
        scope.spawn(|| raced::refresh(1));
    });
    assert!(raced(1) > 1, "the first value was replaced");
}

/// Errors made of a refusal are not cached by followers of the refused call either.
#[test]
fn a_refusal_that_was_shared_marks_every_body_around_it() {
    static RUNTIME: Slot = Slot::new();
    static OUTER: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn inner(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(cache_err = |_| true, key = caller)]
    fn outer(caller: u32) -> Result<u32, &'static str> {
        let _ = caller;
        OUTER.again();
        inner(7).map_err(|_refused| "refused")
    }

    let world = World::new(&RUNTIME);
    let held = world.chaos.hold("HMGET");
    thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|caller| scope.spawn(move || outer(caller))).collect();
        held.reached();
        until("all are in their bodies", || OUTER.count() == 8);
        world.chaos.cut();
        for caller in callers {
            assert_eq!(caller.join().expect("no panic"), Err("refused"));
        }
    });
    drop(held);
    world.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    world.recovery();
    for caller in 0..8 {
        assert_eq!(outer(caller), Ok(7), "caller {caller}");
    }
}

/// H12: an uncached return value that an invalidation overtook serves its own caller alone.
#[test]
fn a_failure_that_an_invalidation_overtook_serves_nobody_who_came_after() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    static LET_GO: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "overtaken_failure", runtime = RUNTIME)]
    fn fails_first(n: u32) -> Result<u32, Failure> {
        if RUNS.again() == 1 {
            until("the follower waits", || LET_GO.count() > 0);
            return Err(Failure::Own("as it was before"));
        }
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "overtaken_failure", runtime = PEER)]
    fn peer(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    PEER.set(world.runtime(|builder| builder));
    thread::scope(|scope| {
        let early = scope.spawn(|| fails_first(1));
        until("the first body runs", || RUNS.count() == 1);
        peer::invalidate(1).expect("the server is there");
        let late = scope.spawn(|| fails_first(1));
        // It joins the flight, which is the only one; nothing outside shows when.
        cachekit_tests::work_for(std::time::Duration::from_millis(200));
        LET_GO.again();
        assert!(early.join().expect("no panic").expect_err("its own failure").is_own());
        assert_eq!(late.join().expect("no panic").expect("it came after"), 1);
    });
}

/// H12: a refresh whose value is too large to store, and which a peer's change overtook, brings its
/// value to nobody.
#[test]
fn a_refresh_that_was_overtaken_and_cannot_be_stored_serves_its_own_caller_alone() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static INSIDE: Runs = Runs::new();
    static OPEN: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "overtaken_and_large", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        if INSIDE.again() > 1 {
            return Ok(vec![2]);
        }
        until("the peer has changed it", || OPEN.count() > 0);
        Ok(vec![1; 5_000])
    }

    #[cached(mode = "strict", ttl = 60, name = "overtaken_and_large", runtime = PEER)]
    fn peer(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        Ok(vec![2])
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(1_000));
    PEER.set(world.runtime(|builder| builder));
    let executor = || tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    thread::scope(|scope| {
        let refresh = scope.spawn(|| executor().block_on(own::refresh(1)));
        until("its body runs", || INSIDE.count() == 1);
        peer::invalidate(1).expect("the server is there");
        let mut later = Box::pin(own(1));
        assert!(turn(later.as_mut()).is_pending(), "it waits for the refresh");
        OPEN.again();
        assert_eq!(refresh.join().expect("no panic").expect("it is returned").len(), 5_000);
        let later = executor().block_on(later).expect("the server is there");
        assert_eq!(later.len(), 1, "it began after the change");
    });
}

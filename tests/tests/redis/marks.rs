//! In strict, what a leader brings serves nobody who came after a peer's change, however late the server's answer.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use cachekit::{Invalidated, cached};
use cachekit_tests::{Failure, Runs, Slot, World, turn, until};

/// What the bodies of both nodes read.
#[derive(Debug)]
struct Truth(AtomicUsize);

impl Truth {
    const fn new() -> Self {
        Self(AtomicUsize::new(1))
    }

    fn is(&self, row: usize) {
        self.0.store(row, Ordering::SeqCst);
    }

    fn read(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// What a peer does, to which entry.
type Change = (&'static str, fn(u32));

/// A node whose way to the server is its own, and no proxy's.
fn peer(world: &World, slot: &Slot) {
    let builder = cachekit::Runtime::builder()
        .namespace("tests")
        .redis(world.redis.url())
        .max_value_bytes(100);
    slot.set(builder.build().expect("the server is there"));
}

fn done(changed: Result<Invalidated, cachekit::Error>) {
    assert_eq!(changed.expect("the server is there"), Invalidated::Done);
}

/// H12, F8: the leader's commit has run at the server, its answer is under way, and a peer changes
/// the entry: whoever calls after that does not get the leader's value.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_whose_commit_is_not_answered_yet_serves_nobody_who_came_after_a_peers_change() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static TRUTH: Truth = Truth::new();

    #[cached(mode = "strict", ttl = 60, name = "marks_commit", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(TRUTH.read())
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_commit", runtime = PEER)]
    fn other(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(TRUTH.read())
    }

    let changes: [Change; 5] = [
        ("invalidate", |n| done(other::invalidate(n))),
        ("invalidate_all", |_| done(other::invalidate_all())),
        ("prime", |n| done(other::prime(n, 2))),
        ("update", |n| {
            let updated = other::update(n, |row| *row = 2).expect("the server is there");
            assert_eq!(updated, Some(2), "the commit has run");
        }),
        ("refresh", |n| assert_eq!(other::refresh(n).expect("the server is there"), 2)),
    ];
    let world = World::new(&RUNTIME);
    peer(&world, &PEER);
    // The proxy knows scripts that it has seen.
    assert_eq!(own(0).await.expect("the server is there"), 1);
    let mut wrong = Vec::new();
    for ((what, change), n) in changes.into_iter().zip(1..) {
        TRUTH.is(1);
        let held = world.chaos.hold("commit");
        let early = tokio::spawn(own(n));
        held.reached();
        TRUTH.is(2);
        change(n);
        let mut late = pin!(own(n));
        assert!(turn(late.as_mut()).is_pending(), "{what}: it waits for the server or a leader");
        held.release();
        assert_eq!(early.await.expect("no panic").expect("it began before"), 1, "{what}");
        let late = late.await.expect("the server is there");
        wrong.extend((late != 2).then_some((what, late)));
    }
    assert!(wrong.is_empty(), "calls after these changes saw older rows: {wrong:?}");
}

/// H12: the same of a failure, which is not stored: the leader's filler is taken back at the
/// server, and the answer to that is under way.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_whose_abort_is_not_answered_yet_serves_nobody_who_came_after_a_peers_change() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static TRUTH: Truth = Truth::new();

    #[cached(mode = "strict", ttl = 60, name = "marks_abort", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<usize, Failure> {
        let _ = n;
        match TRUTH.read() {
            1 => Err(Failure::Own("as it was before")),
            row => Ok(row),
        }
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_abort", runtime = PEER)]
    fn other(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(TRUTH.read())
    }

    let world = World::new(&RUNTIME);
    peer(&world, &PEER);
    assert!(own(0).await.expect_err("it fails at first").is_own());
    let held = world.chaos.hold("abort");
    let early = tokio::spawn(own(1));
    held.reached();
    TRUTH.is(2);
    done(other::prime(1, 2));
    let mut late = pin!(own(1));
    assert!(turn(late.as_mut()).is_pending(), "it waits for the server or for a leader");
    held.release();
    assert!(early.await.expect("no panic").expect_err("it began before").is_own());
    assert_eq!(late.await.expect("it came after"), 2);
}

/// H12, J8: the same of a value that is too large to store.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_too_large_to_store_serves_nobody_who_came_after_a_peers_change() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static TRUTH: Truth = Truth::new();

    fn row() -> Vec<u8> {
        if TRUTH.read() == 1 { vec![1; 1_000] } else { vec![2] }
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_large", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        Ok(row())
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_large", runtime = PEER)]
    fn other(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        Ok(row())
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(100));
    peer(&world, &PEER);
    assert_eq!(own(0).await.expect("it is returned").len(), 1_000);
    let held = world.chaos.hold("abort");
    let early = tokio::spawn(own(1));
    held.reached();
    TRUTH.is(2);
    done(other::prime(1, vec![2]));
    let mut late = pin!(own(1));
    assert!(turn(late.as_mut()).is_pending(), "it waits for the server or for a leader");
    held.release();
    assert_eq!(early.await.expect("no panic").expect("it began before").len(), 1_000);
    let late = late.await.expect("it came after");
    assert_eq!((late.len(), late[0]), (1, 2));
}

/// H12: a read whose answer is under way, as a peer primes, updates or refreshes.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_was_read_serves_nobody_who_came_after_a_peers_change() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static TRUTH: Truth = Truth::new();

    #[cached(mode = "strict", ttl = 60, name = "marks_read", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(TRUTH.read())
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_read", runtime = PEER)]
    fn other(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(TRUTH.read())
    }

    let changes: [Change; 4] = [
        ("invalidate_all", |_| done(other::invalidate_all())),
        ("prime", |n| done(other::prime(n, 2))),
        ("update", |n| {
            let updated = other::update(n, |row| *row = 2).expect("the server is there");
            assert_eq!(updated, Some(2));
        }),
        ("refresh", |n| assert_eq!(other::refresh(n).expect("the server is there"), 2)),
    ];
    let world = World::new(&RUNTIME);
    peer(&world, &PEER);
    for (what, change) in changes {
        TRUTH.is(1);
        done(other::invalidate(1));
        assert_eq!(own(1).await.expect("the server is there"), 1, "{what}");
        // What a read sends last: the server has obeyed all of it.
        let held = world.chaos.hold("MGET");
        let early = tokio::spawn(own(1));
        held.reached();
        TRUTH.is(2);
        change(1);
        let mut late = pin!(own(1));
        assert!(turn(late.as_mut()).is_pending(), "{what}: it waits for the server or a leader");
        held.release();
        assert_eq!(early.await.expect("no panic").expect("it began before"), 1, "{what}");
        assert_eq!(late.await.expect("the server is there"), 2, "{what}");
    }
}

/// H12: a refresh whose value turns out too large to store, after a peer's change.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_too_large_to_store_serves_nobody_who_came_after_a_peers_change() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static INSIDE: Runs = Runs::new();
    static OPEN: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "marks_refresh", runtime = RUNTIME)]
    async fn own(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        INSIDE.again();
        while OPEN.count() == 0 {
            tokio::task::yield_now().await;
        }
        Ok(vec![1; 1_000])
    }

    #[cached(mode = "strict", ttl = 60, name = "marks_refresh", runtime = PEER)]
    fn other(n: u32) -> Result<Vec<u8>, Failure> {
        let _ = n;
        Ok(vec![2])
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(100));
    peer(&world, &PEER);
    let early = tokio::spawn(own::refresh(1));
    until("the refresh runs its body", || INSIDE.count() == 1);
    done(other::prime(1, vec![2]));
    let mut late = pin!(own(1));
    assert!(turn(late.as_mut()).is_pending(), "it waits for the server or for a leader");
    OPEN.again();
    assert_eq!(early.await.expect("no panic").expect("it began before").len(), 1_000);
    // Where the refresh has removed what was there, the late call computes for itself.
    let late = late.await.expect("it came after");
    assert!(late == [2] || INSIDE.count() == 2, "it took the value of a refresh from before");
}

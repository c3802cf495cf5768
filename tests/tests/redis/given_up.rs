//! Whoever gives up a change, at whatever await, finds it confirmed or owed: nobody sees the old value after.

use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cachekit::{Error, Invalidated, Runtime, cached};
use cachekit_tests::{Failure, Moment, Slot, Stalled, World, turn, until, work_for};

/// What an operation on a black hole may take.
const SHORT: Duration = Duration::from_millis(100);

/// The changes that are owed.
#[derive(Debug, Clone, Copy)]
enum Kind {
    One,
    Tenant,
    All,
    Prime,
}

const KINDS: [Kind; 4] = [Kind::One, Kind::Tenant, Kind::All, Kind::Prime];

impl Kind {
    /// The tier's operation that makes the change.
    fn operation(self) -> &'static str {
        match self {
            Self::One => "invalidate",
            Self::Tenant | Self::All => "bump",
            Self::Prime => "replace",
        }
    }
}

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A function on two nodes.
struct Subject {
    runtime: &'static Slot,
    peer: &'static Slot,
    /// The row that its body reads.
    row: &'static AtomicU32,
    call: fn(u32) -> Later<Result<u32, Failure>>,
    change: fn(Kind, u32) -> Later<Result<Invalidated, Error>>,
    /// What the other node finds without running a body, and what it then answers.
    look: fn(u32) -> Option<u32>,
    elsewhere: fn(u32) -> Result<u32, Failure>,
    /// Whether a call may fail rather than answer.
    may_fail: bool,
}

macro_rules! subject {
    ($mode:literal, $may_fail:literal) => {{
        static RUNTIME: Slot = Slot::new();
        static PEER: Slot = Slot::new();
        static ROW: AtomicU32 = AtomicU32::new(1);

        #[cached(mode = $mode, ttl = 60, name = "given_up", tenant = "t", runtime = RUNTIME)]
        async fn own(n: u32) -> Result<u32, Failure> {
            let _ = n;
            Ok(ROW.load(Ordering::SeqCst))
        }

        #[cached(mode = $mode, ttl = 60, name = "given_up", tenant = "t", runtime = PEER)]
        fn other(n: u32) -> Result<u32, Failure> {
            let _ = n;
            Ok(ROW.load(Ordering::SeqCst))
        }

        Subject {
            runtime: &RUNTIME,
            peer: &PEER,
            row: &ROW,
            call: |n| Box::pin(own(n)),
            change: |kind, n| match kind {
                Kind::One => Box::pin(own::invalidate(n)),
                Kind::Tenant => Box::pin(own::invalidate_tenant("t")),
                Kind::All => Box::pin(own::invalidate_all()),
                Kind::Prime => Box::pin(own::prime(n, 2)),
            },
            look: |n| other::peek(n).expect("the other node's way is open"),
            elsewhere: other,
            may_fail: $may_fail,
        }
    }};
}

impl Subject {
    /// Over a server that may be cut off, the other node past the proxy.
    fn over_redis(&self, op_timeout: Duration) -> World {
        let world = World::with(self.runtime, |builder| builder.op_timeout(op_timeout));
        let peer = Runtime::builder().namespace("tests").redis(world.redis.url());
        self.peer.set(peer.build().expect("it is there"));
        world
    }

    /// The old row is stored, and in this node's L1, and another is true.
    async fn prepare(&self, n: u32) {
        self.row.store(1, Ordering::SeqCst);
        for _ in 0..2 {
            assert_eq!((self.call)(n).await.expect("all is well"), 1);
        }
        self.row.store(2, Ordering::SeqCst);
    }

    /// A call after the change: the new row, or a refusal where the mode refuses.
    async fn sees_no_old_row(&self, n: u32, what: &str) {
        match (self.call)(n).await {
            Ok(row) => assert_eq!(row, 2, "{what}"),
            Err(refused) => assert!(self.may_fail, "{what}: {}", refused.cache()),
        }
    }

    /// The debt is settled: nobody finds the old row any more, and this node serves.
    async fn is_settled(&self, n: u32, what: &str) {
        until(&format!("{what}: nothing is owed"), || {
            let health = self.runtime.health();
            health.availability() == "up" && health.owed() == 0
        });
        let found = (self.look)(n);
        assert!(found.is_none_or(|row| row == 2), "{what}: {found:?}");
        assert_eq!((self.elsewhere)(n).expect("all is well"), 2, "{what}");
        assert_eq!((self.call)(n).await.expect("all is well"), 2, "{what}");
    }
}

/// The change stops before it is done, after it, or before and after with a reader in between, and
/// is dropped there.
async fn stalled(subject: Subject) {
    let tier = Stalled::default();
    for slot in [subject.runtime, subject.peer] {
        let builder = Runtime::builder().backend(tier.clone()).on_event(|_| {});
        slot.set(builder.build().expect("it is in memory"));
    }
    let stops: [&[Moment]; 3] =
        [&[Moment::Before], &[Moment::After], &[Moment::Before, Moment::After]];
    for (n, kind) in KINDS.into_iter().cycle().take(12).enumerate() {
        let (stops, n) = (stops[n / KINDS.len()], u32::try_from(n).expect("a few"));
        let what = format!("{kind:?} dropped at {stops:?}");
        subject.prepare(n).await;
        let mut change = (subject.change)(kind, n);
        for moment in stops {
            let stall = tier.stall(kind.operation(), *moment);
            assert!(turn(change.as_mut()).is_pending(), "{what}");
            stall.reached();
            // A call that comes between the two revocations may see either row.
            drop((subject.call)(n).await);
        }
        drop(change);
        for _ in 0..3 {
            subject.sees_no_old_row(n, &what).await;
        }
        subject.is_settled(n, &what).await;
    }
}

/// H14: wherever the operation stops.
#[tokio::test]
async fn a_strict_change_that_is_dropped_where_it_stops_is_confirmed_or_owed() {
    stalled(subject!("strict", true)).await;
}

/// H14: the same in degraded, whose own L1 a reader may have filled meanwhile.
#[tokio::test]
async fn a_degraded_change_that_is_dropped_where_it_stops_is_confirmed_or_owed() {
    stalled(subject!("degraded", false)).await;
}

/// On a healthy server, polled ever once more before it is dropped.
async fn healthy(subject: Subject) {
    let world = subject.over_redis(Duration::from_secs(5));
    let mut n = 0;
    for kind in KINDS {
        // Those that ended before they could be dropped: twice, so that this is no chance.
        let mut ended = 0;
        for turns in 0.. {
            n += 1;
            let what = format!("{kind:?} dropped after {turns} turns");
            subject.prepare(n).await;
            let mut change = (subject.change)(kind, n);
            let mut done = None;
            for _ in 0..turns {
                if let std::task::Poll::Ready(told) = turn(change.as_mut()) {
                    done = Some(told.expect("the server is there"));
                    break;
                }
                // The server answers meanwhile, or does not.
                work_for(Duration::from_millis(1));
            }
            drop(change);
            // What was not begun promises nothing.
            if turns > 0 {
                subject.sees_no_old_row(n, &what).await;
                subject.is_settled(n, &what).await;
            }
            ended += usize::from(done == Some(Invalidated::Done));
            if ended == 2 {
                break;
            }
        }
    }
    drop(world);
}

/// H14: at every await of a healthy server.
#[tokio::test(flavor = "multi_thread")]
async fn a_strict_change_that_is_dropped_at_any_await_is_confirmed_or_owed() {
    healthy(subject!("strict", true)).await;
}

/// H14: the same in degraded.
#[tokio::test(flavor = "multi_thread")]
async fn a_degraded_change_that_is_dropped_at_any_await_is_confirmed_or_owed() {
    healthy(subject!("degraded", false)).await;
}

/// Over a black hole: dropped at its first await, at a later one, or at its end.
async fn black_hole(subject: Subject) {
    let world = subject.over_redis(SHORT);
    for (n, kind) in KINDS.into_iter().cycle().take(12).enumerate() {
        let (turns, n) = ([1, 4, usize::MAX][n / KINDS.len()], u32::try_from(n).expect("a few"));
        let what = format!("{kind:?} dropped after {turns} turns in a black hole");
        until("the server serves", || subject.runtime.health().availability() == "up");
        subject.prepare(n).await;
        world.chaos.blackhole();
        let mut change = (subject.change)(kind, n);
        if turns == usize::MAX {
            match change.as_mut().await {
                Ok(told) => assert_eq!(told, Invalidated::Pending, "{what}"),
                Err(refused) => {
                    assert!(subject.may_fail && refused.is_unavailable(), "{what}: {refused}");
                    assert!(refused.is_owed(), "{what}: {refused}");
                }
            }
        }
        for _ in 0..turns.min(4) {
            if turns < usize::MAX {
                assert!(turn(change.as_mut()).is_pending(), "{what}");
            }
        }
        drop(change);
        subject.sees_no_old_row(n, &what).await;
        world.chaos.restore();
        for _ in 0..3 {
            subject.sees_no_old_row(n, &what).await;
        }
        subject.is_settled(n, &what).await;
    }
}

/// H14, B6: over a network that swallows everything; the error says that the change is owed.
#[tokio::test(flavor = "multi_thread")]
async fn a_strict_change_that_a_black_hole_swallows_is_owed() {
    black_hole(subject!("strict", true)).await;
}

/// H14, B15: the same in degraded, where it is pending.
#[tokio::test(flavor = "multi_thread")]
async fn a_degraded_change_that_a_black_hole_swallows_is_owed() {
    black_hole(subject!("degraded", false)).await;
}

//! What happens between the moves of an invalidation, through a tier that lets a test step in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};
use cachekit::testing::Memory;
use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Runs, Slot};

/// What a test wants run once, just before an invalidation is obeyed.
type Step = Arc<Mutex<Option<fn()>>>;

/// A tier in memory that runs something just before it obeys an invalidation.
#[derive(Clone)]
struct Watched {
    memory: Memory,
    before: Step,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl Backend for Watched {
    fn name(&self) -> &'static str {
        "watched"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        self.memory.read(at)
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        self.memory.claim(at, bid)
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        self.memory.commit(at, fill)
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        self.memory.abort(at, claim)
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        self.memory.reject(at, seen)
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before {
            thread::spawn(before).join().expect("no panic");
        }
        self.memory.invalidate(at)
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        self.memory.replace(at, value, until)
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        self.memory.swap(at, old, new, until)
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        self.memory.bump(generations)
    }

    fn ping(&self) -> Reply<'_, ()> {
        self.memory.ping()
    }

    fn time(&self) -> TierTime {
        self.memory.time()
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        self.memory.watch(lost);
    }
}

/// H3, H4: a call that reads L2 after this node's first revocation, and before L2 obeys, leaves
/// nothing in L1.
#[test]
fn a_read_between_the_first_move_and_l2s_own_leaves_nothing_in_l1() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn slipped_in(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let tier = Watched { memory: Memory::new(), before: Arc::default() };
    RUNTIME.set(Runtime::builder().backend(tier.clone()).build().expect("it is in memory"));
    assert_eq!(slipped_in(1), 1);
    *tier.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(|| {
        let answer = slipped_in::detailed(1);
        assert_eq!((answer.value, answer.source), (1, Source::L2), "it comes before L2's turn");
    });
    assert_eq!(slipped_in::invalidate(1).expect("it is in memory"), Invalidated::Done);
    let after = slipped_in::detailed(1);
    assert_eq!((after.value, after.source), (2, Source::Computed));
}

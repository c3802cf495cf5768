//! What happens between the moves of an invalidation, through a tier that lets a test step in.

use std::thread;

use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Moment, Runs, Slot, Stalled};

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

    let tier = Stalled::default();
    RUNTIME.set(Runtime::builder().backend(tier.clone()).build().expect("it is in memory"));
    assert_eq!(slipped_in(1), 1);
    let turn = tier.stall("invalidate", Moment::Before);
    thread::scope(|scope| {
        let invalidated = scope.spawn(|| slipped_in::invalidate(1).expect("it is in memory"));
        turn.reached();
        let answer = slipped_in::detailed(1);
        assert_eq!((answer.value, answer.source), (1, Source::L2), "it comes before L2's turn");
        drop(turn);
        assert_eq!(invalidated.join().expect("no panic"), Invalidated::Done);
    });
    let after = slipped_in::detailed(1);
    assert_eq!((after.value, after.source), (2, Source::Computed));
}

//! A refresh that returns its value has replaced what was there, whatever overtook it meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cachekit::{Runtime, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};

/// What the runs of a body come to, in their order; a run waits until the test opens its door.
#[derive(Debug)]
struct Play {
    runs: Runs,
    /// How many runs may end, of those whose door is shut at first.
    doors: [AtomicUsize; 8],
}

/// What one run comes to.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// This value, at once.
    Brings(usize),
    /// This value, once its door is open.
    Waits(usize),
    /// A failure, at once.
    Fails,
}

impl Play {
    const fn new() -> Self {
        Self { runs: Runs::new(), doors: [const { AtomicUsize::new(0) }; 8] }
    }

    /// The body's side.
    fn run(&self, acts: &[Act]) -> Result<usize, Failure> {
        let run = self.runs.again();
        match acts[run - 1] {
            Act::Brings(value) => Ok(value),
            Act::Fails => Err(Failure::Own("it fails")),
            Act::Waits(value) => {
                until("the door is opened", || self.doors[run].load(Ordering::SeqCst) > 0);
                Ok(value)
            }
        }
    }

    /// The test's side: waits for the run.
    fn begun(&self, run: usize) {
        until("the run has begun", || self.runs.count() >= run);
    }

    fn open(&self, run: usize) {
        self.doors[run].store(1, Ordering::SeqCst);
    }
}

/// What the test holds on to while its function is called.
#[derive(Debug)]
enum Stand {
    Alone,
    Redis(#[expect(dead_code, reason = "it ends when it is dropped")] World),
}

fn alone(slot: &Slot) -> Stand {
    slot.set(Runtime::builder().build().expect("it needs nothing"));
    Stand::Alone
}

fn redis(slot: &Slot) -> Stand {
    Stand::Redis(World::new(slot))
}

/// A function of one mode whose body plays the acts.
macro_rules! play {
    ($stand:ident, [$($option:tt)*], [$($act:expr),* $(,)?]) => {
        static RUNTIME: Slot = Slot::new();
        static PLAY: Play = Play::new();

        #[cached($($option)*, runtime = RUNTIME)]
        fn played(n: u32) -> Result<usize, Failure> {
            let _ = n;
            PLAY.run(&[$($act),*])
        }

        let stand = $stand(&RUNTIME);
        assert!(matches!(stand, Stand::Alone | Stand::Redis(_)));
        assert_eq!(played(1).expect("all is well"), 0);
    };
}

macro_rules! in_mode {
    ($mode:ident, $stand:ident, [$($option:tt)*]) => {
        mod $mode {
            use super::*;

            /// H3: a refresh is overtaken by one whose body fails, and then ends well.
            #[test]
            fn a_refresh_that_a_failing_one_overtook_hides_the_old_value() {
                play!($stand, [$($option)*], [
                    Act::Brings(0), Act::Waits(1), Act::Fails, Act::Brings(2), Act::Brings(2),
                ]);
                thread::scope(|scope| {
                    let overtaken = scope.spawn(|| played::refresh(1));
                    PLAY.begun(2);
                    assert!(played::refresh(1).expect_err("its body fails").is_own());
                    PLAY.open(2);
                    assert_eq!(overtaken.join().expect("no panic").expect("all is well"), 1);
                });
                let later = played(1).expect("all is well");
                assert!(later > 0, "{later} is from before both");
            }

            /// H3: everything is invalidated during a refresh, and somebody brings the old row back
            /// before the refresh ends.
            #[test]
            fn a_refresh_that_an_invalidation_overtook_hides_what_was_filled_meanwhile() {
                play!($stand, [$($option)*], [
                    Act::Brings(0), Act::Waits(1), Act::Brings(0), Act::Brings(2), Act::Brings(2),
                ]);
                thread::scope(|scope| {
                    let overtaken = scope.spawn(|| played::refresh(1));
                    PLAY.begun(2);
                    played::invalidate_all().expect("all is well");
                    assert_eq!(played(1).expect("all is well"), 0, "the old row is filled anew");
                    PLAY.open(2);
                    assert_eq!(overtaken.join().expect("no panic").expect("all is well"), 1);
                });
                let later = played(1).expect("all is well");
                assert!(later > 0, "{later} is older than what the refresh returned");
            }

            /// H3: of two refreshes the one that began first ends first; what it brings is older
            /// than what the other returns.
            #[test]
            fn of_two_refreshes_the_older_ones_value_does_not_stay() {
                play!($stand, [$($option)*], [
                    Act::Brings(0), Act::Waits(1), Act::Waits(2), Act::Brings(3), Act::Brings(3),
                ]);
                thread::scope(|scope| {
                    let older = scope.spawn(|| played::refresh(1));
                    PLAY.begun(2);
                    let newer = scope.spawn(|| played::refresh(1));
                    PLAY.begun(3);
                    PLAY.open(2);
                    assert_eq!(older.join().expect("no panic").expect("all is well"), 1);
                    PLAY.open(3);
                    assert_eq!(newer.join().expect("no panic").expect("all is well"), 2);
                });
                let later = played(1).expect("all is well");
                assert!(later > 1, "{later} is older than what the last refresh returned");
            }
        }
    };
}

in_mode!(local, alone, [mode = "local"]);
in_mode!(degraded, redis, [mode = "degraded", ttl = 60]);
in_mode!(strict, redis, [mode = "strict", ttl = 60]);

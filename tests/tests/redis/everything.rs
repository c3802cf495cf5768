//! Every function of a runtime, invalidated at once.

use std::pin::pin;
use std::task::{Context, Waker};

use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Failure, Slot, World, timed, until};

/// A function of each mode on a runtime, and the same on another node without L1.
macro_rules! functions {
    ($runtime:ident, $peer:ident) => {
        #[cached(mode = "strict", ttl = 60, name = "all strict", runtime = $runtime)]
        fn strict(n: u32) -> Result<u32, Failure> {
            Ok(n)
        }

        #[cached(mode = "degraded", ttl = 60, name = "all degraded", runtime = $runtime)]
        async fn degraded(n: u32) -> u32 {
            n
        }

        #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "all degraded", runtime = $peer)]
        fn elsewhere(n: u32) -> u32 {
            n
        }
    };
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

/// H6, H18: it covers what other processes wrote, and says that all of it is done.
#[test]
fn what_others_wrote_is_invalidated_too() {
    static HERE: Slot = Slot::new();
    static THERE: Slot = Slot::new();
    functions!(HERE, THERE);

    let world = World::with(&HERE, |builder| builder.functions([degraded::SPEC]));
    THERE.set(world.runtime(|builder| builder));
    assert_eq!(elsewhere(1), 1);
    assert_eq!(elsewhere::detailed(1).source, Source::L2);
    assert_eq!(strict(1).expect("the server is there"), 1);
    assert_eq!(HERE.invalidate_all().wait().expect("the server is there"), Invalidated::Done);
    assert_eq!(elsewhere::detailed(1).source, Source::Computed, "it was named and never called");
    let again = strict::detailed(1).expect("the server is there");
    assert_eq!(again.source, Source::Computed);
}

/// H18: where L2 does not confirm, what errs is counted and named, what is degraded is pending, and
/// all of it is owed and made when L2 answers.
#[test]
fn what_fails_is_counted_and_owed() {
    static HERE: Slot = Slot::new();
    static THERE: Slot = Slot::new();
    functions!(HERE, THERE);

    #[cached(mode = "strict", ttl = 60, name = "all strict too", runtime = HERE)]
    fn strict_too(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&HERE);
    THERE.set(world.runtime(|builder| builder));
    assert_eq!(block_on(degraded(1)), 1);
    world.chaos.answer("SET", "-OOM it has no room");
    let alone = HERE.invalidate_all().wait().expect("a degraded function owes it");
    assert_eq!(alone, Invalidated::Pending, "worse than what is done");
    assert_eq!(strict(1).expect("the server reads"), 1);
    assert_eq!(strict_too(1).expect("the server reads"), 1);

    let error = HERE.invalidate_all().wait().expect_err("the server refuses");
    assert!(error.is_owed(), "{error:?}");
    assert_eq!((error.operation(), error.function()), ("clear", None));
    let text = error.to_string();
    for part in ["2 of 3 functions", "`all strict` (STRICT_DISTRIBUTED)", "owed"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    world.chaos.restore();
    until("what is owed is made", || HERE.health().owed() == 0);
    assert_eq!(elsewhere::detailed(1).source, Source::Computed);
}

/// H14, H18: all functions are told at once, so that a server that hangs costs one `op_timeout` and
/// not one a function; and whoever gives up after the first poll has begun them all.
#[test]
fn all_are_told_at_once_and_owed_when_nobody_waits() {
    static HERE: Slot = Slot::new();
    static THERE: Slot = Slot::new();
    functions!(HERE, THERE);

    let world =
        World::with(&HERE, |builder| builder.op_timeout(std::time::Duration::from_millis(700)));
    THERE.set(world.runtime(|builder| builder));
    assert_eq!(strict(1).expect("the server is there"), 1);
    assert_eq!((block_on(degraded(1)), elsewhere(1)), (1, 1));
    world.chaos.blackhole();
    let (told, took) = timed(|| HERE.invalidate_all().wait());
    assert!(told.expect_err("nobody answers").is_owed());
    assert!(took.as_millis() < 1_300, "{took:?}");
    world.chaos.restore();
    until("what is owed is made", || HERE.health().owed() == 0 && !HERE.health().is_degraded());

    assert_eq!((block_on(degraded(1)), strict(1).expect("it is back")), (1, 1));
    assert_eq!(elsewhere::detailed(1).source, Source::L2);
    let held = world.chaos.keep("SET");
    {
        let mut given_up = pin!(HERE.invalidate_all());
        let polled = given_up.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    assert_eq!(HERE.health().owed(), 2, "both were begun");
    drop(held);
    until("what is owed is made", || HERE.health().owed() == 0);
    assert_eq!(elsewhere::detailed(1).source, Source::Computed);
}

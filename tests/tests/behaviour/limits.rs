//! What a deployment allows its functions at most.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cachekit::testing::{ManualClock, Memory};
use cachekit::{Limit, Runtime, Source, cached};
use cachekit_tests::{Failure, Runs, Slot};

const SECOND: Duration = Duration::from_secs(1);

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

static LIVES: Slot = Slot::new();

#[cached(ttl = 3_600, runtime = LIVES)]
fn stated(n: u32) -> u32 {
    n
}

#[cached(runtime = LIVES)]
async fn endless(n: u32) -> u32 {
    n
}

#[cached(ttl_of = |seconds| Duration::from_secs(u64::from(*seconds)), runtime = LIVES)]
fn its_own(n: u32) -> u32 {
    n
}

#[cached(negative_ttl = 3_600, cache_none, runtime = LIVES)]
fn absent(n: u32) -> Option<u32> {
    (n > 1_000).then_some(n)
}

#[cached(ttl = 3_600, jitter = 0.5, runtime = LIVES)]
fn spread(n: u32) -> u32 {
    n
}

#[cached(ttl = 5, runtime = LIVES)]
fn shorter(n: u32) -> u32 {
    n
}

/// F12: no value of this process lives longer than its deployment allows: not by `ttl`, by none, by
/// its own word, by `negative_ttl`, with jitter, or put by hand; a limit that is longer changes nothing.
#[test]
fn a_limit_shortens_every_life_and_lengthens_none() {
    let (clock, most) = (ManualClock::new(), Limit::ttl(10 * SECOND));
    let mut builder =
        Runtime::builder().clock(&clock).limit(endless::SPEC, Limit::ttl(60 * SECOND));
    for function in
        [stated::SPEC, endless::SPEC, its_own::SPEC, absent::SPEC, spread::SPEC, shorter::SPEC]
    {
        builder = builder.limit(function, most);
    }
    LIVES.set(builder.build().expect("nothing is reached"));
    let in_l1 = || {
        [
            stated::detailed(1).source == Source::L1,
            stated::detailed(2).source == Source::L1,
            block_on(endless::detailed(1)).source == Source::L1,
            its_own::detailed(7_000).source == Source::L1,
            absent::detailed(1).source == Source::L1,
            spread::detailed(1).source == Source::L1,
        ]
    };
    assert_eq!(in_l1(), [false; 6]);
    its_own(3);
    stated::prime(2, 7).expect("nothing is reached");
    assert_eq!(shorter(1), 1);
    clock.advance(4 * SECOND);
    assert_eq!(shorter::detailed(1).source, Source::L1);
    assert_eq!(its_own::detailed(3).source, Source::Computed, "what says less lives less");
    assert!(stated::peek(1).expect("it is here").is_some());
    clock.advance(SECOND);
    assert_eq!(shorter::detailed(1).source, Source::Computed, "a longer limit changes nothing");
    clock.advance(Duration::from_nanos(4_999_999_999));
    assert!(stated::peek(1).expect("it is here").is_some(), "not earlier either");
    assert!(block_on(endless::peek(1)).expect("it is here").is_some());
    clock.advance(Duration::from_nanos(1));
    assert!(stated::peek(1).expect("nothing is reached").is_none());
    assert!(stated::peek(2).expect("nothing is reached").is_none(), "what was primed ends too");
    assert!(block_on(endless::peek(1)).expect("nothing is reached").is_none());
    assert!(its_own::peek(7_000).expect("nothing is reached").is_none());
    assert!(absent::peek(1).expect("nothing is reached").is_none());
    assert!(spread::peek(1).expect("nothing is reached").is_none());
    assert_eq!(in_l1(), [false; 6]);
}

/// F12: a function has no more entries than its deployment allows, and no more than its attribute.
#[test]
fn a_limit_shrinks_a_table_and_never_grows_one() {
    static RUNTIME: Slot = Slot::new();

    #[cached(max_size = 1_000, runtime = RUNTIME)]
    fn shrunk(n: u32) -> u32 {
        n
    }

    #[cached(max_size = 50, runtime = RUNTIME)]
    fn small(n: u32) -> u32 {
        n
    }

    #[cached(max_size = 1_000, max_bytes = 1_000_000, weigh = |_| 1, runtime = RUNTIME)]
    fn weighed(n: u32) -> u32 {
        n
    }

    let most = Limit::NONE.max_size(200);
    let builder =
        Runtime::builder().limit(shrunk::SPEC, most).limit(shrunk::SPEC, most.max_size(100));
    let builder = builder.limit(small::SPEC, most).limit(weighed::SPEC, most.max_size(100));
    RUNTIME.set(builder.build().expect("nothing is reached"));
    for n in 0..5_000 {
        assert_eq!((shrunk(n), small(n), weighed(n)), (n, n, n));
        assert!(shrunk::stats().entries <= 100, "the lesser of two");
        assert!(small::stats().entries <= 50);
        assert!(weighed::stats().entries <= 100);
    }
    assert!(shrunk::stats().entries > 0 && weighed::stats().entries > 0);
}

/// F12: what this node keeps during an outage ends as its deployment allows, and so does what it puts
/// there by hand.
#[test]
fn a_limit_shortens_what_an_outage_leaves() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 3_600, max_size = 1_000, runtime = RUNTIME)]
    fn fallen(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let (clock, memory) = (ManualClock::new(), Memory::new());
    let limit = Limit::ttl(10 * SECOND).max_size(100);
    let builder = Runtime::builder().clock(&clock).backend(memory.clone()).on_event(|_| ());
    RUNTIME.set(builder.limit(fallen::SPEC, limit).build().expect("it is in memory"));
    memory.kill();
    assert!(fallen::detailed(1).expect("it falls back").degraded);
    fallen::prime(2, 7).expect("it is owed");
    clock.advance(9 * SECOND);
    assert_eq!(fallen::detailed(1).expect("it falls back").source, Source::Fallback);
    assert_eq!(fallen::detailed(2).expect("it falls back").source, Source::Fallback);
    clock.advance(SECOND);
    assert_eq!(fallen::detailed(1).expect("it falls back").source, Source::Computed);
    assert_eq!(fallen::detailed(2).expect("it falls back").source, Source::Computed);
    for n in 0..2_000 {
        assert_eq!(fallen(n).expect("it falls back"), n);
    }
    assert!(fallen::stats().entries <= 101, "{}", fallen::stats().entries);
}

/// F12: each instantiation of a generic function is limited, the first as the last.
#[test]
fn a_limit_is_of_every_instantiation() {
    static RUNTIME: Slot = Slot::new();
    static CALLS: AtomicU32 = AtomicU32::new(0);

    #[cached(runtime = RUNTIME)]
    fn of<T: Copy + std::hash::Hash + Eq + Send + Sync + 'static>(value: T) -> u32 {
        let _ = value;
        CALLS.fetch_add(1, Ordering::SeqCst)
    }

    let clock = ManualClock::new();
    let builder = Runtime::builder().clock(&clock).limit(of::SPEC, Limit::ttl(SECOND));
    RUNTIME.set(builder.build().expect("nothing is reached"));
    assert_eq!([of(1_u8), of(1_u16), of('1'), of(1_u8), of(1_u16), of('1')], [0, 1, 2, 0, 1, 2]);
    clock.advance(SECOND);
    assert_eq!([of(1_u8), of(1_u16), of('1')], [3, 4, 5]);
}

/// F12: a limit that would limit nothing is an error that names the function and the fix.
#[test]
fn a_limit_that_would_not_hold_is_refused() {
    static RUNTIME: Slot = Slot::new();

    #[cached(name = "of its own runtime", runtime = RUNTIME)]
    fn own(n: u32) -> u32 {
        n
    }

    #[cached(name = "of any runtime")]
    fn any(n: u32) -> u32 {
        n
    }

    let second = Limit::ttl(SECOND);
    let refused = [
        (Runtime::builder().limit(any::SPEC, second).build(), "of any runtime", "installed"),
        (Runtime::builder().limit(own::SPEC, second).install(), "of its own runtime", "runtime ="),
        (
            Runtime::builder().limit(own::SPEC, Limit::ttl(Duration::ZERO)).build(),
            "of its own runtime",
            "millisecond",
        ),
        (
            Runtime::builder().limit(own::SPEC, Limit::ttl(Duration::MAX)).build(),
            "of its own runtime",
            "ten years",
        ),
        (
            Runtime::builder().limit(own::SPEC, Limit::NONE.max_size(0)).build(),
            "of its own runtime",
            "at least one",
        ),
    ];
    for (built, function, fix) in refused {
        let error = built.expect_err("it would limit nothing");
        let text = error.to_string();
        assert!(error.is_config() && text.contains(function) && text.contains(fix), "{text}");
    }
}

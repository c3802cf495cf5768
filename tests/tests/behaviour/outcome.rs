//! What a body's outcome means to the cache: values, errors, absences.

use cachekit::{Source, cached};
use cachekit_tests::{Failure, Runs};

/// N2: only `Ok` and only `Some` are cached, unless the attribute says otherwise.
#[test]
fn only_ok_and_only_some_are_cached_by_default() {
    static RUNS: Runs = Runs::new();

    #[cached]
    fn fallible(n: i32) -> Result<i32, String> {
        RUNS.again();
        if n > 0 { Ok(n) } else { Err("not positive".to_owned()) }
    }

    #[cached]
    fn optional(n: i32) -> Option<i32> {
        RUNS.again();
        (n > 0).then_some(n)
    }

    for _ in 0..2 {
        assert_eq!((fallible(1), optional(1)), (Ok(1), Some(1)));
    }
    assert_eq!(RUNS.count(), 2);
    for _ in 0..2 {
        assert_eq!((fallible(0).is_err(), optional(0)), (true, None));
    }
    assert_eq!(RUNS.count(), 6);
}

/// N2: `cache_err` and `cache_none` choose what else is kept.
#[test]
fn what_is_asked_for_is_cached_too() {
    static RUNS: Runs = Runs::new();

    #[cached(cache_err = |error: &String| error == "permanent")]
    fn chosen(text: &str) -> Result<u32, String> {
        RUNS.again();
        Err(text.to_owned())
    }

    #[cached(cache_none)]
    fn absent() -> Option<u32> {
        RUNS.again();
        None
    }

    for _ in 0..3 {
        assert_eq!(chosen("permanent"), Err("permanent".to_owned()));
        assert_eq!(chosen("passing"), Err("passing".to_owned()));
        assert_eq!(absent(), None);
    }
    assert_eq!(RUNS.count(), 1 + 3 + 1);
}

/// The companion does what its table says, without a second tier.
#[test]
fn the_companion_of_a_local_function_does_what_it_says() {
    static RUNS: Runs = Runs::new();

    #[cached]
    fn doubled(n: u32) -> u32 {
        RUNS.again();
        n * 2
    }

    assert_eq!(doubled::peek(4).expect("nothing to reach"), None);
    assert_eq!(doubled::detailed(4).source, Source::Computed);
    assert_eq!(doubled::detailed(4).source, Source::L1);
    assert_eq!(doubled::peek(4).expect("nothing to reach"), Some(8));
    assert_eq!(doubled::uncached(4), 8);
    assert_eq!(RUNS.count(), 2);
    assert_eq!(doubled::refresh(4), 8);
    assert_eq!(RUNS.count(), 3);
    doubled::prime(4, 100).expect("nothing to reach");
    assert_eq!(doubled(4), 100);
    let invalidated = doubled::invalidate(4).expect("nothing to reach");
    assert_eq!(invalidated, cachekit::Invalidated::LocalOnly);
    assert_eq!(doubled(4), 8);
    doubled::invalidate_all().expect("nothing to reach");
    assert_eq!(doubled::detailed(4).source, Source::Computed);
}

/// C6, C11: the counters add up, under many threads.
#[test]
fn the_counters_of_eight_threads_add_up() {
    #[cached(max_size = 1_000)]
    fn counted(n: u32) -> u32 {
        n
    }

    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for step in 0..10_000_u32 {
                    assert_eq!(counted((step * 7 + thread) % 100), (step * 7 + thread) % 100);
                }
            });
        }
    });
    let stats = counted::stats();
    assert_eq!(stats.calls, 80_000);
    assert_eq!(stats.calls, stats.hits + stats.misses + stats.errors);
    assert_eq!(stats.hits, stats.l1 + stats.l2 + stats.fallback);
    assert_eq!(stats.misses, stats.computed + stats.coalesced);
    assert_eq!((stats.computed, stats.entries), (100, 100));
    assert!(!stats.degraded && stats.backend.is_none());
    assert!(stats.hit_rate > 0.99, "{}", stats.hit_rate);
    let json: serde_json::Value = serde_json::from_str(&stats.to_json()).expect("it is JSON");
    assert_eq!(json["mode"], "LOCAL_ONLY");
}

/// `when(..)`: options that apply where this crate has the feature, and only there.
#[test]
fn options_under_a_feature_apply_only_with_it() {
    static RUNS: Runs = Runs::new();

    #[cached(max_size = 10, when(feature = "distributed", mode = "strict", ttl = 60))]
    fn conditional(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    for _ in 0..2 {
        let answered = conditional(1);
        if cfg!(feature = "distributed") {
            assert!(answered.expect_err("this process has no L2").cache().is_config());
        } else {
            assert_eq!(answered.expect("nothing to reach"), 1);
        }
    }
    let (mode, runs) = (conditional::stats().mode, RUNS.count());
    let expected = if cfg!(feature = "distributed") {
        (cachekit::Mode::Strict, 0)
    } else {
        (cachekit::Mode::Local, 1)
    };
    assert_eq!((mode, runs), expected);
}

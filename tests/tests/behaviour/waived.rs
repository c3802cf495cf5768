//! A runtime that says that it has no L2, and one that has none and does not say so.

use cachekit::testing::Memory;
use cachekit::{Invalidated, KeyRing, Mode, Runtime, Source, cached};
use cachekit_tests::{Events, Failure, Runs, Slot};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

/// B33: a degraded function is local where there is no L2 on purpose: it keeps values in L1, marks
/// nothing, and its changes say how far they reach.
#[test]
fn a_degraded_function_is_local_where_there_is_no_l2_on_purpose() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn alone(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let events = Events::default();
    let builder = Runtime::builder().without_l2().on_event(events.listener());
    RUNTIME
        .set(builder.functions([alone::SPEC]).build().expect("a degraded function does without"));
    let first = alone::detailed(1);
    assert_eq!((first.value, first.source, first.degraded), (1, Source::Computed, false));
    let second = alone::detailed(1);
    assert_eq!((second.value, second.source, second.degraded), (1, Source::L1, false));
    assert_eq!(alone::peek(1).expect("nothing is missed"), Some(1));

    assert_eq!(alone::invalidate(1).expect("nothing is missed"), Invalidated::LocalOnly);
    assert_eq!(alone::peek(1).expect("nothing is missed"), None);
    assert_eq!(alone::prime(1, 70).expect("nothing is missed"), Invalidated::LocalOnly);
    assert_eq!(alone::update(1, |value| *value += 7).expect("nothing is missed"), Some(77));
    assert_eq!(alone(1), 77);
    assert_eq!(alone::refresh(1), 2);
    assert_eq!(alone(1), 2);
    assert_eq!(alone::invalidate_all().expect("nothing is missed"), Invalidated::LocalOnly);
    assert_eq!(alone(1), 3);

    let stats = alone::stats();
    assert_eq!((stats.mode, stats.backend, stats.degraded), (Mode::Degraded, None, false));
    assert_eq!(events.names(), [""; 0], "nothing is wrong");
    let health: serde_json::Value =
        serde_json::from_str(&RUNTIME.health().to_json()).expect("it is JSON");
    assert_eq!((&health["backend"], &health["status"]), (&"none".into(), &"healthy".into()));
    assert!(!RUNTIME.health().is_degraded());
}

/// B33: the same of an async function, and of one whose entries are sealed in this process.
#[test]
fn an_async_function_and_a_sealed_one_are_local_in_the_same_way() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    async fn awaited(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(RUNS.again())
    }

    #[cached(mode = "degraded", ttl = 60, encrypt, l1 = "encoded", runtime = RUNTIME)]
    fn sealed(n: u32) -> usize {
        n as usize + RUNS.again()
    }

    let ring = KeyRing::new([(1, [7; 32])]).expect("it has a key");
    let builder = Runtime::builder().without_l2().keys(ring).index_key([9; 32]);
    RUNTIME.set(builder.build().expect("nothing is reached"));
    block_on(async {
        assert_eq!(awaited(1).await.expect("nothing is missed"), 1);
        let again = awaited::detailed(1).await.expect("nothing is missed");
        assert_eq!((again.value, again.source, again.degraded), (1, Source::L1, false));
        let told = awaited::invalidate(1).await.expect("nothing is missed");
        assert_eq!(told, Invalidated::LocalOnly);
        assert_eq!(awaited(1).await.expect("nothing is missed"), 2);
    });
    assert_eq!(sealed(10), 13);
    let again = sealed::detailed(10);
    assert_eq!((again.value, again.source, again.degraded), (13, Source::L1, false));
    assert_eq!(sealed::invalidate(10).expect("nothing is missed"), Invalidated::LocalOnly);
    assert_eq!(sealed(10), 14);
}

/// B34: a strict function refuses every call and every change, runs no body, and says why.
#[test]
fn a_strict_function_refuses_where_there_is_no_l2_on_purpose() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "unserved", runtime = RUNTIME)]
    fn unserved(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let named = Runtime::builder().without_l2().functions([unserved::SPEC]).build();
    let named = named.expect_err("what is named is checked at once");
    assert!(named.is_config(), "{named}");
    RUNTIME.set(Runtime::builder().without_l2().build().expect("nothing is reached"));
    let refusals = [
        unserved(1).expect_err("there is no L2").cache(),
        unserved::refresh(1).expect_err("there is no L2").cache(),
        unserved::peek(1).expect_err("there is no L2"),
        unserved::invalidate(1).expect_err("there is no L2"),
        unserved::invalidate_all().expect_err("there is no L2"),
        unserved::prime(1, 1).expect_err("there is no L2"),
    ];
    for refused in refusals {
        assert!(refused.is_config(), "{refused}");
        let text = refused.to_string();
        for part in ["unserved", "STRICT_DISTRIBUTED", "none on purpose", "CACHEKIT_L2=none"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    assert_eq!(RUNS.count(), 0);
}

/// B34: where nobody says that there is no L2, a change of a degraded function is an error that
/// names how to have one, and both ways to say that there is none.
#[test]
fn a_missing_l2_names_every_way_out() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn left(n: u32) -> u32 {
        n
    }

    RUNTIME.set(Runtime::builder().build().expect("local alone needs nothing"));
    assert!(left::detailed(1).degraded);
    let errors = [
        left::invalidate(1).expect_err("there is no L2"),
        left::invalidate_all().expect_err("there is no L2"),
        left::prime(1, 2).expect_err("there is no L2"),
        left::update(1, |_| ()).expect_err("there is no L2"),
        left::peek(2).expect_err("there is no L2"),
    ];
    for error in errors {
        assert!(error.is_config(), "{error}");
        let text = error.to_string();
        for part in
            ["redis(..)", "disk(..)", "CACHEKIT_REDIS_URL", ".without_l2()", "CACHEKIT_L2=none"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

/// B34: an L2 beside the word that there is none is a mistake, in whatever order they are said.
#[test]
fn an_l2_beside_none_is_refused() {
    let builders = [
        Runtime::builder().without_l2().backend(Memory::new()),
        Runtime::builder().backend(Memory::new()).without_l2(),
        Runtime::builder().namespace("tests").without_l2().redis("redis://127.0.0.1").without_l2(),
        Runtime::builder().namespace("tests").disk("nowhere").without_l2(),
    ];
    for builder in builders {
        let error = builder.build().expect_err("one of the two is meant");
        assert!(error.is_config() && error.to_string().contains("without_l2()"), "{error}");
    }
    Runtime::builder().without_l2().without_l2().build().expect("said twice is said");
}

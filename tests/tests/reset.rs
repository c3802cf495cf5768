//! Doors for tests, and the runtime of functions that name none.
//!
//! A binary of its own, with one test: what it resets belongs to the whole process.

use std::time::Duration;

use cachekit::testing::{ManualClock, Memory, reset};
use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Failure, Runs};

static RUNS: Runs = Runs::new();

#[cached(mode = "strict", ttl = 60)]
fn unnamed(n: u32) -> Result<u32, Failure> {
    RUNS.again();
    Ok(n)
}

#[cached(mode = "degraded", ttl = 60)]
fn lenient(n: u32) -> u32 {
    n
}

/// N5: a test resets everything and sets the availability that it needs; B2: local needs none.
#[test]
fn a_reset_forgets_the_runtime_entries_and_breakers() {
    reset();
    let clock = ManualClock::new();
    let memory = Memory::new();
    Runtime::builder().backend(memory.clone()).clock(&clock).install().expect("the first");
    let second = Runtime::builder().install().expect_err("one is in use");
    assert!(second.is_config(), "{second}");
    assert_eq!((unnamed(1).expect("it is in memory"), RUNS.count()), (1, 1));
    assert_eq!(lenient(1), 1);
    clock.advance(Duration::from_secs(59));
    assert_eq!(lenient::detailed(1).source, Source::L1);
    clock.advance(Duration::from_secs(1));
    assert_ne!(lenient::detailed(1).source, Source::L1);

    reset();
    let other = Memory::new();
    other.kill();
    let builder = Runtime::builder().backend(other.clone()).start_without_l2();
    builder.install().expect("a reset makes room");
    assert_eq!((lenient::stats().calls, lenient::stats().entries), (0, 0));
    assert!(unnamed(1).expect_err("its tier is away").cache().is_unavailable());
    assert!(lenient::detailed(1).degraded);

    reset();
    Runtime::builder().backend(Memory::new()).install().expect("a reset makes room");
    assert_eq!(unnamed::detailed(1).expect("it is in memory").source, Source::Computed);
    assert!(!lenient::detailed(1).degraded);
}

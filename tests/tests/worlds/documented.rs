//! The tests that docs/testing.md shows.

use std::time::Duration;

use cachekit::testing::{ManualClock, Memory};
use cachekit::{Error, Invalidated, Runtime, Source, cached};

#[cached(mode = "degraded", ttl = 60, negative_ttl = 5, cache_none)]
fn user(id: u64) -> Result<Option<String>, Error> {
    Ok((id < 100).then(|| format!("user {id}")))
}

#[cached(mode = "strict", ttl = 60)]
async fn limit(id: u64) -> Result<u64, Error> {
    Ok(id * 10)
}

/// A tier in memory, whose time and whose functions' time the test moves.
fn tier() -> (Memory, ManualClock) {
    let clock = ManualClock::new();
    let memory = Memory::with_clock(&clock);
    let builder = Runtime::builder().namespace("shop").backend(memory.clone()).clock(&clock);
    builder.install().expect("the tier is there");
    (memory, clock)
}

#[cachekit::test]
fn a_second_call_is_a_hit() {
    tier();
    user(1).expect("it is there");
    assert_eq!(user::detailed(1).expect("it is there").source, Source::L1);
}

#[cachekit::test]
fn the_body_runs_once() {
    tier();
    (0..3).for_each(|_| drop(user(1)));
    assert_eq!((user::stats().misses, user::stats().hits), (1, 2));
}

#[cachekit::test]
fn an_entry_ends() {
    let (_, clock) = tier();
    user(1).expect("it is there");
    clock.advance(Duration::from_secs(61));
    assert_eq!(user::peek(1).expect("it is there"), None);
}

#[cachekit::test]
fn what_is_not_found_ends_sooner() {
    let (_, clock) = tier();
    assert_eq!(user(200).expect("it is there"), None);
    clock.advance(Duration::from_secs(6));
    assert_eq!(user::detailed(200).expect("it is there").source, Source::Computed);
}

#[cachekit::test]
fn an_invalidation_is_done() {
    tier();
    user(1).expect("it is there");
    assert_eq!(user::invalidate(1).expect("it is there"), Invalidated::Done);
    assert_eq!(user::detailed(1).expect("it is there").source, Source::Computed);
}

#[cachekit::test]
fn an_outage_is_told() {
    let (memory, _) = tier();
    user(1).expect("it is there");
    memory.kill();
    let answer = user::detailed(2).expect("a degraded function computes");
    assert!(answer.degraded);
    assert_eq!(user::invalidate(1).expect("it is owed"), Invalidated::Pending);
}

#[cachekit::test]
async fn strict_refuses_in_an_outage() {
    let (memory, _) = tier();
    memory.kill();
    assert!(limit(1).await.is_err());
}

#[cachekit::test]
async fn a_primed_value_is_served() {
    tier();
    limit::prime(1, 7).await.expect("the tier is there");
    assert_eq!(limit(1).await.expect("the tier is there"), 7);
}

//! How long a value lives, in each tier.

use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until, work_for};

/// F1: the documented ttl is the stored one: the entry, its envelope and L1 agree.
#[test]
fn the_stated_ttl_is_the_stored_one() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 300, runtime = RUNTIME)]
    fn lasting(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    let world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    assert_eq!(lasting(1), 1);
    let bytes = world.redis.bytes(&lasting::key(1));
    let date = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!(date(44) - date(36), 300_000, "the envelope's own dates");
    let life: i64 = world.redis.ask(&["PTTL", &lasting::key(1)]);
    assert!((295_000..=300_000).contains(&life), "{life}");
    clock.advance(Duration::from_millis(299_999));
    assert_eq!(lasting::detailed(1).source, Source::L1);
    clock.advance(Duration::from_millis(1));
    assert_ne!(lasting::detailed(1).source, Source::L1, "E7: not at the boundary either");
}

/// F4: a fraction of a second is honoured, not rounded up.
#[test]
fn half_a_second_is_half_a_second() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = "500ms", runtime = RUNTIME)]
    fn brief(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(brief(1).expect("the server is there"), 1);
    let life: i64 = world.redis.ask(&["PTTL", &brief::key(1)]);
    assert!((1..=500).contains(&life), "{life}");
    until("it has expired", || brief(1).is_ok() && RUNS.count() > 1);
}

/// F10: an entry whose own life in Redis was taken away still ends.
#[test]
fn an_entry_that_redis_would_keep_for_ever_still_ends() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 1, runtime = RUNTIME)]
    fn persisted(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(persisted(1).expect("the server is there"), 1);
    world.redis.tell(&["PERSIST", &persisted::key(1)]);
    until("it has expired", || persisted(1).is_ok() && RUNS.count() > 1);
    assert_eq!(persisted::detailed(1).expect("the server is there").source, Source::L2);
}

/// F9: a shorter ttl in a newer deploy bounds what the older one stored.
#[test]
fn a_shorter_ttl_bounds_what_was_stored_under_a_longer_one() {
    static RUNTIME: Slot = Slot::new();
    static LATER: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 3_600, name = "lowered", runtime = RUNTIME)]
    fn before(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = "500ms", name = "lowered", runtime = LATER)]
    fn after(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    LATER.set(world.runtime(|builder| builder));
    assert_eq!(before(1).expect("the server is there"), 1);
    assert_eq!(after::detailed(1).expect("the server is there").source, Source::L2);
    until("the older entry is a miss", || after(1).is_ok() && RUNS.count() > 0);
}

/// E8: L1 is filled from L2 for no longer than L2 itself would keep the entry.
#[test]
fn l1_keeps_what_it_read_from_l2_no_longer_than_l2_does() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 2, name = "remaining", runtime = PEER)]
    fn writer(n: u32) -> u32 {
        n
    }

    #[cached(mode = "degraded", ttl = 60, name = "remaining", runtime = RUNTIME)]
    fn reader(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    let world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    PEER.set(world.runtime(|builder| builder));
    assert_eq!(writer(1), 1);
    let left = || world.redis.ask::<i64>(&["PTTL", &writer::key(1)]);
    until("most of its life is over", || left() < 1_000);
    assert_eq!(reader::detailed(1).source, Source::L2);
    assert_eq!(reader::detailed(1).source, Source::L1);
    clock.advance(Duration::from_secs(1));
    assert_ne!(reader::detailed(1).source, Source::L1);
}

/// E9: a step of the wall clock lengthens and shortens no life.
#[test]
fn a_step_of_the_wall_clock_changes_no_life() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn stepped(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    let _world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    assert_eq!(stepped(1), 1);
    clock.set_wall(std::time::SystemTime::UNIX_EPOCH);
    clock.advance(Duration::from_secs(59));
    assert_eq!(stepped::detailed(1).source, Source::L1);
    clock.set_wall(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 32));
    assert_eq!(stepped::detailed(1).source, Source::L1);
    clock.advance(Duration::from_secs(1));
    assert_ne!(stepped::detailed(1).source, Source::L1);
}

/// F7: the ttl counts from the start of the fill, so a slow body shortens what is left.
#[test]
fn a_slow_body_shortens_the_life_of_its_value() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 10, runtime = RUNTIME)]
    fn slow(n: u32) -> Result<u32, Failure> {
        work_for(Duration::from_millis(300));
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(slow(1).expect("the server is there"), 1);
    let life: i64 = world.redis.ask(&["PTTL", &slow::key(1)]);
    assert!(life <= 9_700, "{life}");
}

/// F7: a value that took longer than its own life is returned and serves nobody else.
#[test]
fn a_value_that_took_longer_than_its_life_is_stored_nowhere() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = "100ms", runtime = RUNTIME)]
    fn late(n: u32) -> u32 {
        RUNS.again();
        work_for(Duration::from_millis(150));
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!((late(1), late(1)), (1, 1));
    assert_eq!(RUNS.count(), 2);
    assert!(world.redis.keys(&late::key(1)).is_empty());
}

/// `negative_ttl` is the life of a cached `None` and `Err`, in both tiers.
#[test]
fn what_is_negative_has_a_life_of_its_own() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, cache_none, negative_ttl = 5, runtime = RUNTIME)]
    fn maybe(n: u32) -> Option<u32> {
        RUNS.again();
        (n > 0).then_some(n)
    }

    let clock = ManualClock::new();
    let world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    assert_eq!((maybe(0), maybe(1)), (None, Some(1)));
    let life = |n| world.redis.ask::<i64>(&["PTTL", &maybe::key(n)]);
    assert!(life(0) <= 5_000 && life(1) > 50_000, "{} and {}", life(0), life(1));
    clock.advance(Duration::from_secs(4));
    assert_eq!((maybe(0), maybe(1), RUNS.count()), (None, Some(1), 2));
    clock.advance(Duration::from_secs(1));
    assert_ne!(maybe::detailed(0).source, Source::L1);
    assert_eq!(maybe::detailed(1).source, Source::L1);
}

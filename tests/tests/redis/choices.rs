//! Options that ask the value or the call, where L2 has a part in it.

use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is asked of a value by reference")]
fn minutes(value: &u32) -> Duration {
    Duration::from_secs(u64::from(*value) * 60)
}

/// F11: what a value says of its life is what Redis is told, in strict and in degraded.
#[test]
fn a_values_own_life_is_the_stored_one() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl_of = minutes, runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 120, ttl_of = minutes, runtime = RUNTIME)]
    fn degraded(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    let life = |key: &str| world.redis.ask::<i64>(&["PTTL", key]);
    for n in [1, 5] {
        assert_eq!(strict(n).expect("the server is there"), n);
        assert_eq!(degraded(n), n);
    }
    for (key, minutes) in
        [(strict::key(1), 1), (strict::key(5), 5), (degraded::key(1), 1), (degraded::key(5), 2)]
    {
        let (life, most) = (life(&key), minutes * 60_000);
        assert!(life <= most && life > most - 10_000, "{life} of {most}");
    }
    strict::prime(7, 2).expect("the server is there");
    let primed = life(&strict::key(7));
    assert!(primed <= 120_000 && primed > 110_000, "{primed}: a primed value is asked as well");
    assert_eq!(strict(0).expect("the server is there"), 0);
    assert_eq!(world.redis.ask::<i64>(&["EXISTS", &strict::key(0)]), 0, "it has no life at all");
}

/// F9, F11: an entry that this build would have let end is a miss, whatever its writer said.
#[test]
fn a_reader_bounds_the_life_that_another_build_gave() {
    static RUNTIME: Slot = Slot::new();
    static LATER: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(
        mode = "strict",
        ttl_of = |_| Duration::from_secs(600),
        name = "lent",
        runtime = RUNTIME
    )]
    fn before(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(
        mode = "strict",
        ttl_of = |_| Duration::from_millis(500),
        name = "lent",
        runtime = LATER
    )]
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

/// F7: jitter shortens the stored life too, and L1's is the same one.
#[test]
fn jitter_shortens_one_life_for_both_tiers() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 100, jitter = 0.5, runtime = RUNTIME)]
    fn spread(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    let world = World::with(&RUNTIME, |builder| builder.clock(&clock));
    let date = |bytes: &[u8], at: usize| {
        u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
    };
    let mut lives = Vec::new();
    for n in 0..20 {
        assert_eq!(spread(n), n);
        let bytes = world.redis.bytes(&spread::key(n));
        lives.push(date(&bytes, 44) - date(&bytes, 36));
    }
    assert!(lives.iter().all(|life| (50_000..=100_000).contains(life)), "{lives:?}");
    assert!(lives.iter().max() > lives.iter().min(), "{lives:?}");
    let (shortest, n) = lives.iter().zip(0..).min().expect("there are twenty");
    clock.advance(Duration::from_millis(shortest - 1));
    assert_eq!(spread::detailed(n).source, Source::L1);
    clock.advance(Duration::from_millis(1));
    assert_ne!(spread::detailed(n).source, Source::L1);
}

/// N9: what `cache_if` does not choose leaves nothing in L2, and its filler neither.
#[test]
fn what_is_not_chosen_leaves_nothing_in_l2() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, cache_if = |made| matches!(made, Ok(n) if n % 2 == 0), runtime = RUNTIME)]
    fn even(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    for n in [1, 1, 2, 2] {
        assert_eq!(even(n).expect("the server is there"), n);
    }
    assert_eq!(RUNS.count(), 3);
    assert_eq!(world.redis.ask::<i64>(&["EXISTS", &even::key(1)]), 0);
    assert_eq!(world.redis.ask::<i64>(&["EXISTS", &even::key(2)]), 1);
}

/// N9: a forced refresh replaces the entry in L2, whatever the mode.
#[test]
fn a_forced_refresh_replaces_what_l2_holds() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, skip(fresh), force_refresh = *fresh, runtime = RUNTIME)]
    fn strict(n: u32, fresh: bool) -> Result<usize, Failure> {
        let _ = (n, fresh);
        Ok(RUNS.again())
    }

    #[cached(mode = "degraded", ttl = 60, skip(fresh), force_refresh = *fresh, runtime = RUNTIME)]
    async fn degraded(n: u32, fresh: bool) -> usize {
        let _ = (n, fresh);
        RUNS.again()
    }

    let _world = World::new(&RUNTIME);
    let strict = |fresh| strict(1, fresh).expect("the server is there");
    assert_eq!((strict(false), strict(true), strict(false)), (1, 2, 2));
    let executor = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    executor.block_on(async {
        assert_eq!(degraded(1, false).await, 3);
        assert_eq!(degraded(1, true).await, 4);
        assert_eq!(degraded(1, false).await, 4);
    });
}

/// E4, E10: the bound in bytes is L1's alone; L2 keeps what L1 does not.
#[test]
fn a_value_too_heavy_for_l1_is_served_by_l2() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, max_bytes = 64 << 10, weigh = |text| text.len(), runtime = RUNTIME)]
    fn long(n: usize) -> String {
        RUNS.again();
        "x".repeat(n)
    }

    let _world = World::new(&RUNTIME);
    assert_eq!(long::detailed(10).source, Source::Computed);
    assert_eq!(long::detailed(10).source, Source::L1);
    assert_eq!(long::detailed(50_000).source, Source::Computed);
    assert_eq!(long::detailed(50_000).source, Source::L2);
    assert_eq!((RUNS.count(), long::stats().entries), (2, 1));
}

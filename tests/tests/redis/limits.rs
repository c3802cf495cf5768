//! What a deployment allows, in what is stored and in what others stored.

use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Limit, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};

const SECOND: Duration = Duration::from_secs(1);

/// The life that an entry's envelope says it has, in milliseconds.
fn stored(world: &World, key: &str) -> u64 {
    let bytes = world.redis.bytes(key);
    let date = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    date(44) - date(36)
}

/// F12: what is stored says the shorter life, by a call, by hand, by a refresh, in both modes.
#[test]
fn a_limit_is_the_life_that_is_stored() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 300, runtime = RUNTIME)]
    async fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 300, negative_ttl = 200, cache_none, runtime = RUNTIME)]
    fn degraded(n: u32) -> Option<u32> {
        (n > 0).then_some(n)
    }

    #[cached(mode = "degraded", ttl = 3, runtime = RUNTIME)]
    fn brief(n: u32) -> u32 {
        n
    }

    let most = Limit::ttl(20 * SECOND);
    let world = World::with(&RUNTIME, |builder| {
        let builder = builder.limit(strict::SPEC, most).limit(degraded::SPEC, most);
        builder.limit(brief::SPEC, most)
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        strict(1).await.expect("the server is there");
        assert_eq!(stored(&world, &strict::key(1)), 20_000);
        strict::prime(1, 7).await.expect("the server is there");
        assert_eq!(stored(&world, &strict::key(1)), 20_000);
        strict::refresh(1).await.expect("the server is there");
        assert_eq!(stored(&world, &strict::key(1)), 20_000);
    });
    let life: i64 = world.redis.ask(&["PTTL", &strict::key(1)]);
    assert!((15_000..=20_000).contains(&life), "{life}");
    assert_eq!((degraded(0), degraded(1), brief(1)), (None, Some(1), 1));
    assert_eq!(stored(&world, &degraded::key(0)), 20_000, "a cached `None` too");
    assert_eq!(stored(&world, &degraded::key(1)), 20_000);
    assert_eq!(stored(&world, &brief::key(1)), 3_000, "a longer limit changes nothing");
}

/// F12: a value that another deployment stored for longer is served within the limit and is a miss
/// beyond it, in L1 as in L2; the other deployment goes on with its own.
#[test]
fn what_others_store_for_longer_is_served_no_longer_than_the_limit() {
    static HERE: Slot = Slot::new();
    static THERE: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 300, name = "limited", runtime = HERE)]
    fn here(n: u32) -> u32 {
        RUNS.again();
        n
    }

    #[cached(mode = "degraded", ttl = 300, l1 = "off", name = "limited", runtime = THERE)]
    fn there(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    let world = World::with(&HERE, |builder| {
        builder.clock(&clock).limit(here::SPEC, Limit::ttl(2 * SECOND))
    });
    THERE.set(world.runtime(|builder| builder));
    assert_eq!(there(1), 1);
    assert_eq!(stored(&world, &there::key(1)), 300_000);
    assert_eq!(here::detailed(1).source, Source::L2);
    assert_eq!(here::detailed(1).source, Source::L1);
    // This process's own copy ends by this process's clock, two seconds after the fill at the latest.
    clock.advance(2 * SECOND);
    assert!(here::stats().entries == 0, "no entry of L1 lives longer");
    until("the other deployment's value is a miss here", || {
        clock.advance(2 * SECOND);
        here(1) == 1 && RUNS.count() > 0
    });
    assert_eq!(
        stored(&world, &here::key(1)),
        2_000,
        "and what is computed here is stored for less"
    );
    assert_eq!(there::detailed(1).source, Source::L2, "there it is served for as long");
}

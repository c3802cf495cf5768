//! Tests in worlds of their own, beside each other over the same functions.

use std::sync::{Barrier, LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use cachekit::testing::{ManualClock, Memory, World, world};
use cachekit::{Error, Invalidated, Runtime, Source, cached};

#[cached(ttl = 60)]
fn square(n: u64) -> u64 {
    n * n
}

#[cached(mode = "degraded", ttl = 60)]
fn shared(n: u64) -> Result<String, Error> {
    Ok(format!("{n}"))
}

#[cached(mode = "strict", ttl = 60)]
async fn strict(n: u64) -> Result<u64, Error> {
    Ok(n + 1)
}

static NAMED: LazyLock<Runtime> = LazyLock::new(|| panic!("a test's runtime stands in for it"));

#[cached(mode = "strict", ttl = 60, runtime = NAMED)]
fn named(n: u64) -> Result<u64, Error> {
    Ok(n)
}

/// A runtime over a tier, installed in the world that calls this.
fn install(tier: &Memory, clock: &ManualClock) -> Runtime {
    let builder = Runtime::builder().namespace("worlds").backend(tier.clone());
    builder.clock(clock).install().expect("the tier is there")
}

/// A runtime over a tier of its own.
fn alone() -> (Runtime, ManualClock) {
    let clock = ManualClock::new();
    (install(&Memory::with_clock(&clock), &clock), clock)
}

mod worlds {
    mod documented;
}

/// N25: the tests that the documents show run, beside each other, as they are shown.
#[test]
fn the_documents_show_these_tests() {
    let shown = include_str!("../../docs/testing.md");
    let run = include_str!("worlds/documented.rs");
    let (_, run) = run.split_once("\n\n").expect("a first line and the rest");
    assert!(shown.contains(run), "docs/testing.md shows other tests than worlds/documented.rs");
}

/// N25: whatever others do to the same functions meanwhile.
#[test]
fn tests_beside_each_other_share_nothing() {
    let tests = (0..8).map(|n| {
        thread::spawn(move || {
            world(|| {
                let (runtime, clock) = alone();
                assert_eq!((square(3), square(3)), (9, 9));
                assert_eq!((square::stats().hits, square::stats().misses), (1, 1));
                assert_eq!(shared(n).expect("it is there"), n.to_string());
                assert_eq!(shared::detailed(n).expect("it is there").source, Source::L1);
                clock.advance(Duration::from_secs(61));
                assert_eq!(shared::detailed(n).expect("it is there").source, Source::Computed);
                assert_eq!(shared::invalidate(n).expect("it is there"), Invalidated::Done);
                assert_eq!(shared::stats().calls, 3);
                assert_eq!(runtime.health().status(), "healthy");
                assert_eq!(runtime.functions().iter().count(), 2);
            });
        })
    });
    let tests: Vec<_> = tests.collect();
    for test in tests {
        test.join().expect("no panic");
    }
}

/// N25: an async test is run on its own thread, and one of an executor by that.
#[cachekit::test]
async fn an_async_test_has_a_world() -> Result<(), Error> {
    let (_runtime, _) = alone();
    assert_eq!(strict(1).await?, 2);
    assert_eq!(strict::peek(1).await?, Some(2));
    Ok(())
}

#[cachekit::test]
#[tokio::test]
async fn an_executors_test_has_a_world() -> Result<(), Error> {
    let (_runtime, _) = alone();
    tokio::task::yield_now().await;
    assert_eq!(strict(1).await?, 2);
    let here = World::here().expect("it is in one");
    let inside = here.within(async { strict::peek(1).await });
    assert_eq!(tokio::spawn(inside).await.expect("no panic")?, Some(2));
    // An entry is of its world, and so is what is asked of it outside.
    let entry = strict::at(1);
    let outside = tokio::spawn(async move {
        let updated = entry.update(|value| *value += 1).await?;
        entry.invalidate().await?;
        Ok::<_, Error>((updated, entry.peek().await?, entry.key()))
    });
    let asked = outside.await.expect("no panic")?;
    assert_eq!(asked, (Some(3), None, Some(strict::key(1))));
    Ok(())
}

/// N25: a thread is outside until it enters, and what was asked for inside is done there.
#[test]
fn threads_enter_by_hand() {
    world(|| {
        square(4);
        let here = World::here().expect("it is in one");
        let outside = thread::spawn(|| square::peek(4)).join().expect("no panic");
        assert_eq!(outside.expect("is local"), None);
        let inside = thread::spawn(move || here.run(|| square::peek(4))).join().expect("no panic");
        assert_eq!(inside.expect("is local"), Some(16));
        let asked = square::at(4).peek();
        let waited = thread::spawn(move || asked.wait()).join().expect("no panic");
        assert_eq!(waited.expect("is local"), Some(16));
    });
}

/// N25: worlds that share a tier are nodes: each has its own memory, and sees the others' changes.
#[test]
fn worlds_that_share_a_tier_are_nodes() {
    let clock = ManualClock::new();
    let tier = Memory::with_clock(&clock);
    let nodes: Vec<World> = (0..3).map(|_| World::new()).collect();
    for node in &nodes {
        node.run(|| drop(install(&tier, &clock)));
    }
    assert_eq!(nodes[0].run(|| shared::detailed(7)).expect("it is there").source, Source::Computed);
    assert_eq!(nodes[1].run(|| shared::detailed(7)).expect("it is there").source, Source::L2);
    nodes[2].run(|| shared::invalidate(7)).expect("it is there");
    let sources = nodes.iter().map(|node| node.run(|| shared::detailed(7)).expect("there").source);
    assert_eq!(sources.collect::<Vec<_>>(), [Source::L1, Source::L1, Source::Computed]);
    clock.advance(Duration::from_secs(61));
    assert_eq!(nodes[0].run(|| shared::detailed(7)).expect("it is there").source, Source::Computed);
}

/// N25: calls of one key in two worlds are two flights.
#[test]
fn worlds_share_no_flight() {
    static MET: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

    #[cached]
    fn met(n: u64) -> bool {
        // Both bodies run at once, or neither goes on.
        let _ = (n, MET.wait());
        true
    }

    let calls =
        [World::new(), World::new()].map(|world| thread::spawn(move || world.run(|| met(1))));
    assert!(calls.map(|call| call.join().expect("no panic")).into_iter().all(|met| met));
}

/// N25: in a world with a runtime of its own no named one is built.
#[test]
fn a_worlds_runtime_stands_in_for_named_ones() {
    world(|| {
        let (_runtime, _) = alone();
        assert_eq!(named(5).expect("it is there"), 5);
        assert_eq!(named::detailed(5).expect("it is there").source, Source::L2);
    });
}

/// N25: what is asked of a runtime is done in the world that it was built in, whoever asks.
#[test]
fn a_runtime_invalidates_in_its_own_world() {
    let world = World::new();
    let (runtime, _) = world.run(alone);
    world.run(|| assert_eq!((square(9), shared(9).is_ok()), (81, true)));
    runtime.invalidate_all().wait().expect("the tier is there");
    world.run(|| {
        assert_eq!(square::peek(9).expect("is local"), None);
        assert_eq!(shared::peek(9).expect("the tier is there"), None);
    });
}

/// N25: a world that ends leaves nothing to the next one, whichever number that has.
#[test]
fn a_world_that_ends_leaves_nothing() {
    for _ in 0..20 {
        world(|| {
            assert_eq!(square::detailed(8).source, Source::Computed);
            assert_eq!(square::stats().calls, 1);
            let (runtime, _) = alone();
            assert_eq!(shared::detailed(8).expect("it is there").source, Source::Computed);
            assert_eq!(runtime.health().status(), "healthy");
        });
    }
    assert!(World::here().is_none());
}

/// N25: of one seed, one order of random choices.
#[test]
fn a_seed_decides_what_is_random() {
    #[cached(mode = "local", ttl = 1000, jitter = 0.5)]
    fn spread(n: u64) -> u64 {
        n
    }

    let ends = |seed| {
        let clock = ManualClock::new();
        World::seeded(seed).run(|| {
            let _runtime = Runtime::builder().clock(&clock).install().expect("it is valid");
            (0..50).for_each(|n| assert_eq!(spread(n), n));
            let left = (0..20).map(|_| {
                clock.advance(Duration::from_secs(45));
                spread::stats().entries
            });
            left.collect::<Vec<_>>()
        })
    };
    assert_eq!(ends(1), ends(1));
    assert_ne!(ends(1), ends(2));
}

/// N25: a body that is polled in a world calls cached functions there.
#[test]
fn what_a_body_calls_is_in_its_world() {
    #[cached]
    fn outer(n: u64) -> u64 {
        square(n) + 1
    }

    let (tell, told) = mpsc::channel();
    let world = World::new();
    let inside = world.clone();
    thread::spawn(move || tell.send(inside.run(|| outer(6))))
        .join()
        .expect("no panic")
        .expect("sent");
    assert_eq!(told.recv().expect("it was sent"), 37);
    assert_eq!(world.run(|| square::peek(6)).expect("is local"), Some(36));
    assert_eq!(square::peek(6).expect("is local"), None);
}

/// B35: a runtime that a call built from the environment is to be had, so that it can be ended.
#[test]
fn a_runtime_that_nobody_installed_can_be_ended() {
    world(|| {
        assert!(Runtime::installed().is_none());
        assert!(
            shared::detailed(1).expect("the body runs").degraded,
            "the environment names no L2"
        );
        let runtime = Runtime::installed().expect("the call built it");
        assert!(runtime.shutdown(Duration::from_secs(5)).wait().is_nothing());
    });
}

//! Atomic read-modify-write over the stored entry.

use std::thread;

use cachekit::{Source, cached};
use cachekit_tests::{Failure, Node, Runs, Slot, World, node};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Two fields that two processes count on their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, cachekit::Fingerprint)]
struct Tally {
    ours: u32,
    theirs: u32,
    log: Vec<u64>,
}

static RUNTIME: Slot = Slot::new();

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
fn tally(n: u32) -> Result<Tally, Failure> {
    let _ = n;
    Ok(Tally::default())
}

/// A second process that counts its own field.
#[test]
fn node() {
    node::serve(|what, argument| {
        match what {
            "connect" => {
                let url = argument.as_str().expect("a URL");
                let builder = cachekit::Runtime::builder().namespace("tests").redis(url);
                RUNTIME.set(builder.build().expect("the server is there"));
            }
            _ => (0..500).for_each(|_| {
                let updated = tally::update(1, |tally| tally.theirs += 1);
                updated.expect("no conflict").expect("the entry is there");
            }),
        }
        json!(null)
    });
}

/// I1, I2, I4: no update of two processes and four threads is lost.
#[test]
fn no_update_of_two_processes_is_lost() {
    let world = World::new(&RUNTIME);
    tally(1).expect("the server is there");
    let mut other = Node::start("redis::update::node", &[]);
    other.ask("connect", world.redis.url());
    other.tell("count", Value::Null);
    thread::scope(|scope| {
        for thread in 0..4_u64 {
            scope.spawn(move || {
                for step in 0..125 {
                    let updated = tally::update(1, |tally| {
                        tally.ours += 1;
                        tally.log.push(thread * 1_000 + step);
                    });
                    updated.expect("no conflict").expect("the entry is there");
                }
            });
        }
    });
    other.answer();
    let total = tally::detailed(1).expect("the server is there");
    assert_eq!(total.source, Source::L2);
    assert_eq!((total.value.ours, total.value.theirs), (500, 500));
    let mut log = total.value.log;
    log.sort_unstable();
    log.dedup();
    assert_eq!(log.len(), 500, "no append is lost or doubled");
}

/// I3: an update of what is not there creates nothing.
#[test]
fn an_update_of_nothing_creates_nothing() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn absent(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(absent::update(1, |n| *n += 1).expect("the server is there"), None);
    assert!(world.redis.keys(&absent::key(1)).is_empty());
    assert_eq!(RUNS.count(), 0);
}

/// I5: an entry that was invalidated meanwhile is not resurrected; the remaining life is kept.
#[test]
fn an_update_resurrects_nothing_and_lengthens_no_life() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn mortal(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(mortal(1).expect("the server is there"), 1);
    let key = mortal::key(1);
    let mut invalidated = false;
    let updated = mortal::update(1, |n| {
        if !std::mem::replace(&mut invalidated, true) {
            world.redis.tell(&["DEL", &key]);
        }
        *n += 1;
    });
    assert_eq!(updated.expect("the server is there"), None);
    assert!(world.redis.keys(&key).is_empty());

    assert_eq!(mortal(1).expect("the server is there"), 1);
    let expires = |bytes: &[u8]| bytes[44..52].to_vec();
    let before = expires(&world.redis.bytes(&key));
    assert_eq!(mortal::update(1, |n| *n = 9).expect("no conflict"), Some(9));
    assert_eq!(expires(&world.redis.bytes(&key)), before);
    assert_eq!(mortal(1).expect("the server is there"), 9);
}

/// I4: others who never stop changing the entry are a typed conflict, after a bounded number of
/// rounds.
#[test]
fn an_update_that_never_wins_is_a_conflict() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn contended(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let _world = World::new(&RUNTIME);
    assert_eq!(contended(1).expect("the server is there"), 1);
    let mut rounds = 0;
    let error = contended::update(1, |n| {
        rounds += 1;
        // A peer is faster in every round.
        contended::prime(1, *n + 1).expect("the server is there");
        *n += 1;
    })
    .expect_err("it never wins");
    assert!(error.is_conflict(), "{error}");
    assert_eq!(error.operation(), "update");
    assert!((2..=1_000).contains(&rounds), "{rounds} rounds");
}

/// I6: the writer's own next call sees what it wrote, also where L1 held the old value.
#[test]
fn the_writer_sees_what_it_wrote() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn written(n: u32) -> u32 {
        n
    }

    let _world = World::new(&RUNTIME);
    assert_eq!((written(1), written::detailed(1).source), (1, Source::L1));
    assert_eq!(written::update(1, |n| *n = 5).expect("no conflict"), Some(5));
    assert_eq!(written(1), 5);
    assert_eq!(written::peek(1).expect("the server is there"), Some(5));
}

/// I1: the same without a second tier.
#[test]
fn no_update_of_eight_threads_is_lost_in_l1() {
    #[cached]
    fn counter() -> u64 {
        0
    }

    assert_eq!(counter::update(|n| *n += 1).expect("nothing to reach"), None);
    counter();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    // A round that eight threads lose to each other is tried again by the caller.
                    while counter::update(|n| *n += 1).is_err() {}
                }
            });
        }
    });
    assert_eq!(counter(), 1_600);
}

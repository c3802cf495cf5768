//! Other nodes and other builds on the same server.

use std::thread;

use cachekit::{Fingerprint, Invalidated, Source, cached};
use cachekit_tests::{Failure, Node, Runs, Slot, World, node};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

static RUNTIME: Slot = Slot::new();
static RUNS: Runs = Runs::new();

#[cached(mode = "degraded", ttl = 60, name = "shared_by_nodes", runtime = RUNTIME)]
fn shared(n: u32) -> Vec<u8> {
    RUNS.again();
    // Every byte, so that a client that takes values for text is found out.
    (0..=255).map(|byte: u8| byte.wrapping_add(u8::try_from(n).unwrap_or_default())).collect()
}

/// A second process with the same functions.
#[test]
fn node() {
    node::serve(|what, argument| match what {
        "connect" => {
            let url = argument.as_str().expect("a URL");
            RUNTIME.set(
                cachekit::Runtime::builder()
                    .namespace("tests")
                    .redis(url)
                    .build()
                    .expect("it is there"),
            );
            json!(null)
        }
        "call" => {
            let n = argument.as_u64().and_then(|n| u32::try_from(n).ok()).expect("a number");
            let answer = shared::detailed(n);
            json!({ "source": format!("{:?}", answer.source), "runs": RUNS.count(), "value": answer.value })
        }
        "invalidate" => json!(format!("{:?}", shared::invalidate(1).expect("it is there"))),
        "invalidate_all" => json!(format!("{:?}", shared::invalidate_all().expect("it is there"))),
        "stats" => serde_json::from_str(&shared::stats().to_json()).expect("it is JSON"),
        "health" => serde_json::from_str(&RUNTIME.health().to_json()).expect("it is JSON"),
        _ => panic!("nobody asks for {what}"),
    });
}

/// H6, J13, F8: a value of one process serves another; an invalidation by either covers what both wrote.
#[test]
fn processes_share_values_and_invalidations() {
    let world = World::new(&RUNTIME);
    let mut other = Node::start("redis::nodes::node", &[]);
    other.ask("connect", world.redis.url());
    let value = shared(1);
    let answer = other.ask("call", 1);
    assert_eq!((&answer["source"], &answer["runs"]), (&json!("L2"), &json!(0)));
    assert_eq!(answer["value"], json!(value));

    assert_eq!(other.ask("invalidate_all", Value::Null), json!("Done"));
    let answer = other.ask("call", 1);
    assert_eq!((&answer["source"], &answer["runs"]), (&json!("Computed"), &json!(1)));
    // This node's own L1 hears within its ttl; its next look into L2 finds the new value.
    assert_eq!(shared::detailed(1).source, Source::L1);
    assert_eq!(shared::invalidate(1).expect("the server is there"), Invalidated::Done);
    assert_eq!(shared::detailed(1).source, Source::Computed);
    assert_eq!(shared(2), other_value(&mut other, 2));

    let stats = other.ask("stats", Value::Null);
    assert_eq!(stats["hits"].as_u64().zip(stats["misses"].as_u64()), Some((2, 1)));
    assert_eq!(other.ask("health", Value::Null)["availability"], json!("up"));
}

fn other_value(other: &mut Node, n: u32) -> Vec<u8> {
    serde_json::from_value(other.ask("call", n)["value"].clone()).expect("bytes")
}

/// Two builds of one function whose return types differ by the order of two fields.
mod older {
    use super::{Deserialize, Failure, Fingerprint, Runs, Serialize, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();
    pub(super) static RUNS: Runs = Runs::new();

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) struct Account {
        pub(super) balance: i64,
        pub(super) limit: i64,
    }

    #[cached(mode = "strict", ttl = 60, name = "account", runtime = RUNTIME)]
    pub(super) fn account(id: u64) -> Result<Account, Failure> {
        RUNS.again();
        let _ = id;
        Ok(Account { balance: 100, limit: -500 })
    }
}

mod newer {
    use super::{Deserialize, Failure, Fingerprint, Runs, Serialize, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();
    pub(super) static RUNS: Runs = Runs::new();

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) struct Account {
        pub(super) limit: i64,
        pub(super) balance: i64,
    }

    #[cached(mode = "strict", ttl = 60, name = "account", runtime = RUNTIME)]
    pub(super) fn account(id: u64) -> Result<Account, Failure> {
        RUNS.again();
        let _ = id;
        Ok(Account { balance: 100, limit: -500 })
    }
}

/// J5: two builds whose types differ by a reordered field share one server: no wrong value, and
/// neither removes the other's.
#[test]
fn builds_with_a_reordered_field_share_a_server_without_ping_pong() {
    let world = World::new(&older::RUNTIME);
    newer::RUNTIME.set(world.runtime(|builder| builder));
    assert_eq!(older::account::key(1), newer::account::key(1));
    for _ in 0..5 {
        let old = older::account(1).expect("the server is there");
        assert_eq!(old, older::Account { balance: 100, limit: -500 });
        let new = newer::account(1).expect("the server is there");
        assert_eq!(new, newer::Account { balance: 100, limit: -500 });
    }
    assert_eq!((older::RUNS.count(), newer::RUNS.count()), (1, 1));
    assert_eq!(world.redis.values(&older::account::key(1)).len(), 2);
    assert_eq!(world.chaos.count("reject"), 0);

    // One invalidation removes every version's value and fences every version's fill.
    assert_eq!(newer::account::invalidate(1).expect("it is there"), Invalidated::Done);
    older::account(1).expect("the server is there");
    newer::account(1).expect("the server is there");
    assert_eq!((older::RUNS.count(), newer::RUNS.count()), (2, 2));
}

/// Two fillers of one key both commit: no lease decides yet, and neither is an invalidation.
#[test]
fn two_fillers_of_one_key_both_commit() {
    static HERE: Slot = Slot::new();
    static THERE: Slot = Slot::new();
    static INSIDE: Runs = Runs::new();

    fn meet() {
        INSIDE.again();
        cachekit_tests::until("both compute", || INSIDE.count() == 2);
    }

    #[cached(mode = "strict", ttl = 60, name = "two_fillers", runtime = HERE)]
    fn here(n: u32) -> Result<u32, Failure> {
        meet();
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "two_fillers", runtime = THERE)]
    fn there(n: u32) -> Result<u32, Failure> {
        meet();
        Ok(n)
    }

    let world = World::new(&HERE);
    THERE.set(world.runtime(|builder| builder));
    thread::scope(|scope| {
        let one = scope.spawn(|| here::detailed(1));
        let other = scope.spawn(|| there::detailed(1));
        for call in [one, other] {
            let answer = call.join().expect("no panic").expect("the server is there");
            assert_eq!((answer.value, answer.source), (1, Source::Computed));
        }
    });
    assert_eq!(world.chaos.count("commit"), 2);
    assert_eq!(here::detailed(1).expect("the server is there").source, Source::L2);
}

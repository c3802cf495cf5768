//! Two deployed builds of one function, whose value's type has changed, on one server under load.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use cachekit::{Fingerprint, Invalidated, Runtime, cached};
use cachekit_tests::patience::PATIENCE;
use cachekit_tests::{Failure, Node, Slot, World, node};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

static RUNTIME: Slot = Slot::new();

/// Keys that are asked for, calls that ask for them, and the threads of a process that make them.
const KEYS: u64 = 100;
const CALLS: u64 = 2_000;
const THREADS: u64 = 4;

mod older {
    use super::{Deserialize, Failure, Fingerprint, RUNTIME, Serialize, cached};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) enum State {
        Open,
        Closed(u32),
        Frozen,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) struct Account {
        balance: i64,
        limit: i64,
        owner: u64,
        visits: u32,
        state: State,
    }

    pub(super) fn expected(id: u64) -> Account {
        let number = i64::try_from(id).unwrap_or_default();
        let state = match id % 3 {
            0 => State::Open,
            1 => State::Closed(7),
            _ => State::Frozen,
        };
        Account { balance: number, limit: -1 - number, owner: id + 1, visits: 5, state }
    }

    #[cached(mode = "strict", ttl = 60, name = "builds.account", runtime = RUNTIME)]
    pub(super) fn account(id: u64) -> Result<Account, Failure> {
        Ok(expected(id))
    }
}

/// Two fields changed places, one its name, one its width, and a variant its place.
mod newer {
    use super::{Deserialize, Failure, Fingerprint, RUNTIME, Serialize, cached};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) enum State {
        Frozen,
        Open,
        Closed(u32),
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
    pub(super) struct Account {
        limit: i64,
        balance: i64,
        holder: u64,
        visits: u64,
        state: State,
    }

    pub(super) fn expected(id: u64) -> Account {
        let number = i64::try_from(id).unwrap_or_default();
        let state = match id % 3 {
            0 => State::Open,
            1 => State::Closed(7),
            _ => State::Frozen,
        };
        Account { balance: number, limit: -1 - number, holder: id + 1, visits: 5, state }
    }

    #[cached(mode = "strict", ttl = 60, name = "builds.account", runtime = RUNTIME)]
    pub(super) fn account(id: u64) -> Result<Account, Failure> {
        Ok(expected(id))
    }
}

/// Calls from several threads, few keys more often than the others; how many answers were wrong.
fn load(is_right: impl Fn(u64) -> bool + Sync) -> u64 {
    let wrong = AtomicU64::new(0);
    thread::scope(|scope| {
        for seed in 0..THREADS {
            let (wrong, is_right) = (&wrong, &is_right);
            scope.spawn(move || {
                let mut random = seed + 1;
                for _ in 0..CALLS / THREADS {
                    // A linear generator: the same keys in every run.
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let (one, other) = ((random >> 33) % KEYS, (random >> 48) % KEYS);
                    if !is_right(one.min(other)) {
                        wrong.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    wrong.into_inner()
}

/// A process of one build.
macro_rules! build {
    ($build:ident, $what:expr, $argument:expr) => {
        match $what {
            "load" => {
                let wrong =
                    load(|id| $build::account(id).is_ok_and(|it| it == $build::expected(id)));
                let stats = $build::account::stats();
                json!({ "wrong": wrong, "hits": stats.hits, "misses": stats.misses })
            }
            "peek" => {
                let id = $argument.as_u64().expect("a number");
                json!($build::account::peek(id).expect("the server is there").is_some())
            }
            "invalidate" => {
                let id = $argument.as_u64().expect("a number");
                let done = $build::account::invalidate(id).expect("the server is there");
                json!(done == Invalidated::Done)
            }
            "call" => {
                let id = $argument.as_u64().expect("a number");
                json!($build::account(id).is_ok_and(|it| it == $build::expected(id)))
            }
            "key" => json!($build::account::key($argument.as_u64().expect("a number"))),
            what => panic!("nobody asks for {what}"),
        }
    };
}

/// A second process, of the build that it is told to be.
#[test]
fn node() {
    let mut is_older = false;
    node::serve(|what, argument| match what {
        "connect" => {
            let text = |name: &str| argument[name].as_str().expect("a text").to_owned();
            is_older = text("build") == "older";
            let builder = Runtime::builder()
                .namespace("tests")
                .redis(text("url"))
                .namespace(text("namespace"));
            RUNTIME.set(builder.op_timeout(PATIENCE / 4).build().expect("it is there"));
            json!(null)
        }
        what if is_older => build!(older, what, argument),
        what => build!(newer, what, argument),
    });
}

fn start(world: &World, build: &str, namespace: &str) -> Node {
    let mut node = Node::start("redis::builds::node", &[]);
    let url = world.chaos.url();
    node.ask("connect", json!({ "build": build, "namespace": namespace, "url": url }));
    node
}

/// The share of calls that were hits; nothing that was answered was wrong.
fn ratio(report: &Value) -> f64 {
    let count = |name: &str| u32::try_from(report[name].as_u64().expect("a number")).map(f64::from);
    let (hits, misses) = (count("hits").expect("few"), count("misses").expect("few"));
    assert_eq!(report["wrong"], json!(0), "{report}");
    assert_eq!(
        report["hits"].as_u64().zip(report["misses"].as_u64()).map(|(h, m)| h + m),
        Some(CALLS)
    );
    hits / (hits + misses)
}

/// J5, D13: two builds whose types differ share a server under load: no wrong value, each hits as
/// often as on its own, neither removes the other's, and an invalidation by either covers both.
#[test]
fn two_builds_under_load_disturb_one_another_in_nothing() {
    let world = World::bare();
    let solo = ["older", "newer"].map(|build| {
        let report = start(&world, build, build).ask("load", Value::Null);
        ratio(&report)
    });
    let mut both = ["older", "newer"].map(|build| start(&world, build, "both"));
    for node in &mut both {
        node.tell("load", Value::Null);
    }
    let reports = both.each_mut().map(Node::answer);
    for ((build, solo), report) in ["older", "newer"].iter().zip(solo).zip(&reports) {
        let shared = ratio(report);
        println!("{build}: hits alone {solo:.3}, beside the other {shared:.3}, {report}");
        assert!(shared >= 0.95 * solo, "{build}: {shared} beside {solo}");
    }
    assert_eq!(world.chaos.count("reject"), 0);

    let [older, newer] = &mut both;
    let key = older.ask("key", 1);
    assert_eq!(key, newer.ask("key", 1));
    let values = || world.redis.values(key.as_str().expect("a key")).len();
    for by_older in [true, false] {
        assert_eq!((older.ask("call", 1), newer.ask("call", 1)), (json!(true), json!(true)));
        assert_eq!(values(), 2);
        let by = if by_older { &mut *older } else { &mut *newer };
        assert_eq!(by.ask("invalidate", 1), json!(true));
        assert_eq!(values(), 0);
        assert_eq!((older.ask("peek", 1), newer.ask("peek", 1)), (json!(false), json!(false)));
    }
}

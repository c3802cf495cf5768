//! The switch of the whole cache, which a process reads once: each case is a process of its own.

use cachekit::{Answer, Error, Runtime, Source, cached};
use cachekit_tests::patience::PATIENCE;
use cachekit_tests::{Events, Failure, Node, Runs, Slot, World, node};
use serde_json::{Value, json};

static RUNTIME: Slot = Slot::new();
static PEER: Slot = Slot::new();
static RUNS: Runs = Runs::new();

#[cached(mode = "strict", ttl = 60, name = "off_strict", runtime = RUNTIME)]
fn strict(n: u32) -> Result<u32, Failure> {
    RUNS.again();
    Ok(n)
}

#[cached(mode = "degraded", ttl = 60, name = "off_degraded", runtime = RUNTIME)]
fn degraded(n: u32) -> u32 {
    RUNS.again();
    n
}

/// Of no runtime at all.
#[cached]
fn local(n: u32) -> u32 {
    RUNS.again();
    n
}

/// The first of them on another node, whose cache is in use.
#[cached(mode = "strict", ttl = 60, name = "off_strict", runtime = PEER)]
fn elsewhere(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

fn told(answer: &Answer<u32>) -> Value {
    json!([answer.value, answer.source.as_str(), answer.degraded])
}

fn came<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Value {
    json!(outcome.map(|done| format!("{done:?}")).map_err(|error| error.to_string()))
}

/// Two calls of each function, what a peek finds, and how many bodies ran.
fn calls() -> Value {
    let before = RUNS.count();
    let twice = [(); 2].map(|()| {
        [
            told(&strict::detailed(1).expect("it computes")),
            told(&degraded::detailed(1)),
            told(&local::detailed(1)),
        ]
    });
    strict::refresh(1).expect("it computes");
    let peeked = json!([strict::peek(1).expect("it looks nowhere"), local::peek(1).ok()]);
    json!({ "calls": twice, "peeked": peeked, "runs": RUNS.count() - before })
}

/// A process of its own, which reads the environment that its parent gave it.
#[test]
fn node() {
    let events = Events::default();
    node::serve(|what, argument| match what {
        "connect" => {
            let url = argument.as_str().expect("a URL");
            let builder = Runtime::builder().namespace("tests").redis(url).op_timeout(PATIENCE / 4);
            match builder.on_event(events.listener()).build() {
                Ok(runtime) => {
                    RUNTIME.set(runtime);
                    json!({ "events": events.names(), "health": RUNTIME.health().to_json() })
                }
                Err(error) => json!({ "config": error.is_config(), "refused": error.to_string() }),
            }
        }
        "calls" => calls(),
        "local" => json!([told(&local::detailed(1)), told(&local::detailed(1))]),
        "changes" => json!([
            came(strict::invalidate(1)),
            came(strict::prime(2, 20)),
            came(strict::update(2, |n| *n += 1)),
            came(degraded::invalidate_all()),
            came(local::prime(1, 5)),
            came(local::update(1, |n| *n += 1)),
        ]),
        "events" => json!(events.names()),
        _ => panic!("nobody asks for {what}"),
    });
}

/// B37: with the cache off every call runs its body, in every mode, and neither reads nor fills
/// anything; changes reach the server all the same, and one event and the health say so.
#[test]
fn with_the_cache_off_every_call_computes_and_changes_go_out() {
    let world = World::bare();
    let peer = Runtime::builder().namespace("tests").redis(world.redis.url());
    PEER.set(peer.build().expect("it is there"));
    assert_eq!((elsewhere(1).ok(), elsewhere(2).ok()), (Some(1), Some(2)));

    let mut node = Node::start("redis::off::node", &[("CACHEKIT_OFF", "1")]);
    let built = node.ask("connect", world.chaos.url());
    assert_eq!(built["events"], json!(["CACHE_OFF"]));
    let health: Value =
        serde_json::from_str(built["health"].as_str().expect("a text")).expect("it is JSON");
    assert_eq!((&health["off"], &health["status"]), (&json!(true), &json!("degraded")));

    let calls = node.ask("calls", Value::Null);
    let each = json!([[1, "computed", true], [1, "computed", true], [1, "computed", false]]);
    assert_eq!(calls, json!({ "calls": [each, each], "peeked": [null, null], "runs": 7 }));
    for what in ["HMGET", "claim", "commit"] {
        assert_eq!(world.chaos.count(what), 0, "{what} is sent");
    }
    assert_eq!(elsewhere::detailed(1).expect("it is there").source, Source::L2, "it stays");

    let changes = node.ask("changes", Value::Null);
    let local = [json!({ "Ok": "LocalOnly" }), json!({ "Ok": "None" })];
    let remote = ["Done", "Done", "Some(21)", "Done"].map(|done| json!({ "Ok": done }));
    assert_eq!(changes, json!([remote.as_slice(), local.as_slice()].concat()));
    assert_eq!(elsewhere::detailed(1).expect("it is there").source, Source::Computed, "it is gone");
    assert_eq!(elsewhere(2).expect("it is there"), 21, "it was changed");
    assert_eq!(node.ask("calls", Value::Null)["runs"], 7, "as before, whatever was primed");
    assert_eq!(node.ask("events", Value::Null), json!(["CACHE_OFF"]));
}

/// B37: a local function needs no runtime for it.
#[test]
fn with_the_cache_off_a_local_function_computes_without_a_runtime() {
    let mut node = Node::start("redis::off::node", &[("CACHEKIT_OFF", "1")]);
    let computed = json!([1, "computed", false]);
    assert_eq!(node.ask("local", Value::Null), json!([computed, computed]));
}

/// B37: zero and nothing leave it on, and whatever else is set is refused and switches nothing off.
#[test]
fn other_values_of_the_switch_are_on_or_refused() {
    let world = World::bare();
    for value in ["0", ""] {
        let mut node = Node::start("redis::off::node", &[("CACHEKIT_OFF", value)]);
        assert_eq!(node.ask("connect", world.chaos.url())["events"], json!([]), "{value:?}");
        assert_eq!(node.ask("local", Value::Null)[1], json!([1, "l1", false]), "{value:?}");
    }
    let mut node = Node::start("redis::off::node", &[("CACHEKIT_OFF", "secret-true")]);
    let built = node.ask("connect", world.chaos.url());
    assert_eq!(built["config"], json!(true), "{built}");
    let refused = built["refused"].as_str().expect("a text");
    assert!(refused.contains("CACHEKIT_OFF") && !refused.contains("secret"), "{refused}");
    assert_eq!(node.ask("local", Value::Null)[1], json!([1, "l1", false]));
}

//! Hundreds of thousands of changes that a server never heard of: bounded, quickly settled, told of once.

use std::fs;
use std::time::Duration;

use cachekit::{Invalidated, Runtime, cached};
use cachekit_tests::{Events, Failure, Node, Slot, World, node, timed, until};
use serde_json::{Value, json};

/// Tenants whose invalidation is owed.
const TENANTS: usize = 300_000;

/// What an operation on a black hole may take, so that the first calls do not take long.
const SHORT: Duration = Duration::from_millis(200);

/// The longest that a tier may take to be up after its server is back.
const RECOVERY: Duration = Duration::from_secs(10);

static RUNTIME: Slot = Slot::new();

#[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
fn owing(t: &str, n: u32) -> u32 {
    let _ = t;
    n
}

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
fn unrelated(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// What the process has in memory, in kibibytes.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).expect("it is in kB");
    kib.parse().expect("it is a number")
}

/// Owes every tenant's invalidation; answers with what that came to.
fn owe() -> Value {
    let before = resident();
    for tenant in 0..TENANTS {
        let told = owing::invalidate_tenant(&tenant).expect("degraded does not err");
        assert_eq!(told, Invalidated::Pending);
    }
    json!({ "owed": RUNTIME.health().owed(), "kib": resident().saturating_sub(before) })
}

/// A process of its own, so that what it has in memory is its own.
#[test]
fn node() {
    let events = Events::default();
    node::serve(|what, argument| match what {
        "connect" => {
            let url = argument.as_str().expect("a URL");
            let builder = Runtime::builder().namespace("tests").redis(url).op_timeout(SHORT);
            RUNTIME.set(builder.on_event(events.listener()).build().expect("it is there"));
            assert_eq!((owing("1", 1), unrelated(1).expect("it is there")), (1, 1));
            json!(null)
        }
        "owe" => owe(),
        // Whether the server serves what owes nothing, and how many debts are left by then.
        "serve" => {
            until("an unrelated function is served", || unrelated(1).is_ok());
            json!(RUNTIME.health().owed())
        }
        "settle" => {
            until("the tier is up", || RUNTIME.health().availability() == "up");
            until("nothing is owed", || RUNTIME.health().owed() == 0);
            let tenants = ["0", "1", "299999"].map(|tenant| owing::detailed(tenant, 1).degraded);
            json!({ "degraded": tenants, "events": events.names() })
        }
        _ => panic!("nobody asks for {what}"),
    });
}

/// H15: debts are bounded however many there are, keep neither the tier down nor another function
/// from being served, and are told of once.
#[test]
fn hundreds_of_thousands_of_owed_tenants_are_bounded_and_soon_settled() {
    let world = World::bare();
    let mut node = Node::start("redis::many_debts::node", &[]);
    node.ask("connect", world.chaos.url());
    world.chaos.blackhole();
    let (owed, took) = timed(|| node.ask("owe", Value::Null));
    println!("{TENANTS} tenants in {took:?}: {owed}");
    let number = |value: &Value| value.as_u64().expect("a number");
    // A tenant's debt is its names in sixteen buckets: all of them would be hundreds of mebibytes.
    assert!(number(&owed["owed"]) < 10_000 && number(&owed["kib"]) < 64 << 10, "{owed}");

    world.chaos.restore();
    let (left, served) = timed(|| node.ask("serve", Value::Null));
    let (settled, took) = timed(|| node.ask("settle", Value::Null));
    println!("served after {served:?} with {left} owed, settled {took:?} later: {settled}");
    assert!(served + took < RECOVERY, "{served:?} and {took:?}");
    assert_eq!(settled["degraded"], json!([false, false, false]));
    let names = settled["events"].as_array().expect("a list");
    let pending = names.iter().filter(|name| **name == json!("INVALIDATION_PENDING")).count();
    // One, and one more for each minute that a slow machine takes.
    assert!((1..5).contains(&pending), "{pending} of {}", names.len());
}

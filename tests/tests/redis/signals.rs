//! What operators see: events, logs, statistics, health and metrics.

use cachekit::{Source, cached};
use cachekit_tests::capture::Log;
use cachekit_tests::{Failure, Metrics, Slot, World, until};
use serde_json::Value;

/// C1, C2, C3, C4: an event is one line of JSON at WARN on the security target, with exactly the
/// promised fields, and shows nothing that was passed to a function.
#[test]
fn an_event_is_one_json_line_with_the_promised_fields() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn watched(t: &str, secret: &str) -> usize {
        let _ = t;
        secret.len()
    }

    let log = Log::install();
    let world = World::new(&RUNTIME);
    assert_eq!(watched("tenant \"one\"\n", "argument-text"), 13);
    world.outage();
    watched::invalidate("tenant \"one\"\n", "argument-text").expect("degraded owes it");
    world.recovery();

    let mine = world.events.lines();
    let names = ["BACKEND_UNAVAILABLE_AT_RUNTIME", "INVALIDATION_PENDING", "BACKEND_RECOVERED"];
    assert_eq!(world.events.names(), names);
    let logged = log.lines("cachekit.security");
    for line in &mine {
        assert!(!line.contains('\n') && !line.contains("argument-text"), "{line}");
        let object: Value = serde_json::from_str(line).expect("it is JSON");
        let fields: Vec<_> = object.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(fields, ["backend", "detail", "event", "mode", "tenant_id", "timestamp"]);
        assert_eq!(object["backend"], "redis");
        assert!(object["timestamp"].as_str().is_some_and(|date| date.ends_with('Z')), "{line}");
        let line = logged.iter().find(|logged| logged.text == *line).expect("it is logged too");
        assert_eq!(line.level, tracing::Level::WARN);
    }
    let pending: Value = serde_json::from_str(&mine[1]).expect("it is JSON");
    assert_eq!(pending["tenant_id"], "tenant \"one\"\n");
    for line in log.lines("cachekit") {
        assert!(!line.text.contains("argument-text"), "{}", line.text);
    }
}

/// C6, C7, C10: a healed read is a miss; a healthy degraded function is not degraded.
#[test]
fn a_healed_read_is_a_miss_and_health_is_no_mode() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn healed(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    assert_eq!((healed(1), healed(1)), (1, 1));
    let before = healed::stats();
    assert_eq!((before.hits, before.misses, before.degraded), (1, 1, false));
    assert_eq!((before.backend, before.mode.as_str()), (Some("redis"), "degraded"));
    world.redis.corrupt(&healed::key(1), b"poison");
    assert_eq!(healed(1), 1);
    let after = healed::stats();
    assert_eq!((after.hits, after.misses, after.rejected), (1, 2, 1));
    assert!(!after.degraded && !RUNTIME.health().is_degraded());
}

/// C8, C9: while an outage lasts the health says since when and why; right after the server is
/// back it claims no error that is over, and reading it changes nothing.
#[test]
fn health_is_truthful_before_during_and_after_an_outage() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn checked(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let health = || -> Value { serde_json::from_str(&RUNTIME.health().to_json()).expect("JSON") };
    let world = World::new(&RUNTIME);
    assert_eq!(checked(1).expect("the server is there"), 1);
    assert_eq!((&health()["status"], &health()["availability"]), (&"healthy".into(), &"up".into()));
    world.outage();
    let commands = world.chaos.log().len();
    for _ in 0..1_000 {
        let during = health();
        assert_eq!(during["status"], "degraded");
        assert_eq!(during["availability"], "down");
        assert!(during["why"].is_string() && during["away_for_ms"].is_u64(), "{during}");
        assert_eq!(checked::stats().mode.as_str(), "strict");
    }
    assert_eq!(world.chaos.log().len(), commands, "asking for health asks the server nothing");
    world.chaos.restore();
    until("the health follows without a call", || health()["status"] == "healthy");
    let after = health();
    assert_eq!(after["why"], Value::Null, "{after}");
    assert_eq!(after["circuit_breaker"]["state"], "closed");
    let events = ["BACKEND_UNAVAILABLE_AT_RUNTIME", "BACKEND_RECOVERED"];
    assert_eq!(world.events.names(), events);
    let functions: Value =
        serde_json::from_str(&RUNTIME.functions().to_json()).expect("it is JSON");
    assert_eq!(functions.as_array().map(Vec::len), Some(1));
}

/// The series have the names and labels that operators of kin caches graph.
#[test]
fn the_promised_series_are_published() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, name = "published", runtime = RUNTIME)]
    fn published(n: u32) -> u32 {
        n
    }

    let metrics = Metrics::install();
    let world = World::with(&RUNTIME, |builder| builder.namespace("series"));
    assert_eq!((published(1), published(1)), (1, 1));
    world.redis.corrupt(&published::key(1), b"poison");
    published::peek(1).expect("L1 has it");
    published::invalidate(1).expect("the server is there");
    assert_eq!(published(1), 1);
    let is = |name: &str, labels: &[(&str, &str)], value: f64| {
        let sum = metrics.sum(name, labels);
        assert!((sum - value).abs() < f64::EPSILON, "{name} {labels:?} is {sum}, not {value}");
    };
    let function = ("function", "published");
    is("cachekit_calls_total", &[function, ("source", "l1")], 1.0);
    is("cachekit_calls_total", &[function, ("source", "computed")], 2.0);
    let served = [function, ("operation", "get"), ("success", "true"), ("serializer", "bincode")];
    is("cache_operations_total", &served, 2.0);
    is("cache_operations_total", &[function, ("operation", "set"), ("success", "true")], 2.0);
    is("cache_operations_total", &[function, ("operation", "invalidate")], 1.0);
    is("circuit_breaker_state", &[("namespace", "series"), ("state", "closed")], 1.0);
    is("circuit_breaker_state", &[("namespace", "series"), ("state", "open")], 0.0);
    is("cachekit_tier_up", &[("namespace", "series")], 1.0);
    assert!(metrics.sum("cache_operation_duration_ms", &[("backend", "redis")]) > 0.0);
    assert!(metrics.sum("cache_operation_size_bytes", &[]) > 0.0);
    assert_eq!(published::detailed(1).source, Source::L1);
}

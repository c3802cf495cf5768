//! Observers that panic. A binary of its own: its recorder and its subscriber belong to the process.

use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Failure, RedisGuard, Slot};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

struct Panics;

impl Recorder for Panics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        panic!("a recorder that panics")
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("a recorder that panics")
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("a recorder that panics")
    }
}

static RUNTIME: Slot = Slot::new();

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
fn observed(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// A18: a recorder and a listener that panic break no call, no removal and no recovery.
#[test]
fn observers_that_panic_break_nothing() {
    // The panics are caught; their messages would drown what a failing test says.
    std::panic::set_hook(Box::new(|_| {}));
    metrics::set_global_recorder(Panics).unwrap_or_else(|_| panic!("nobody else records"));
    let mut redis = RedisGuard::start();
    let events = cachekit_tests::Events::default();
    let builder = Runtime::builder()
        .namespace("tests")
        .redis(redis.url())
        .on_event(|_| panic!("a listener that panics"))
        .on_event(events.listener());
    RUNTIME.set(builder.build().expect("the server is there"));
    assert_eq!(observed(1).expect("the server is there"), 1);
    redis.corrupt(&observed::key(1), b"poison");
    assert_eq!(observed::detailed(1).expect("it is healed").source, Source::Computed);
    assert_eq!(observed::detailed(1).expect("it is stored").source, Source::L2);
    cachekit::metrics::flush();
    redis.kill();
    events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    assert!(observed(1).is_err());
    redis.restart();
    events.wait_for("BACKEND_RECOVERED");
    assert_eq!(observed(1).expect("the server is back"), 1);
}

//! What a server answers with an error: each kind is classified, and none is taken for another.

use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Chaos, Events, Failure, RedisGuard, Runs, Slot, World, until};
use serde::{Deserialize, Serialize};

/// B28: a full server fails writes alone; reads still go to it and nothing is degraded.
#[test]
fn a_full_server_fails_stores_and_no_reads() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn full(n: u32) -> u32 {
        RUNS.again();
        n
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn full_strict(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!((full(1), full_strict(1).expect("there is room")), (1, 1));
    world.redis.tell(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(full::detailed(1).source, Source::L2);
    assert_eq!(full_strict::detailed(1).expect("reads go on").source, Source::L2);
    let runs = RUNS.count();
    let answer = full::detailed(2);
    assert_eq!((answer.value, answer.source), (2, Source::Computed));
    let error = full_strict(2).expect_err("it cannot be stored").cache();
    assert!(!error.is_config(), "{error}");
    assert!(RUNS.count() <= runs + 2, "never twice for one caller");
    assert!(!full::stats().degraded);
    assert_eq!(world.events.names(), [""; 0]);
    assert_eq!(RUNTIME.health().availability(), "up");
    assert_eq!(RUNTIME.health().breaker_failures(), 0, "it answers, so it is no failure");
    world.redis.tell(&["CONFIG", "SET", "maxmemory", "0"]);
    assert!(!full::detailed(2).degraded);
}

/// B28: the same for a function that asks for its value all the same, told once.
#[test]
fn a_full_server_may_be_asked_to_return_the_value() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, on_store_error = "return", runtime = RUNTIME)]
    fn returned(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    world.redis.tell(&["CONFIG", "SET", "maxmemory", "1"]);
    for n in 0..5 {
        let answer = returned::detailed(n).expect("the value is returned");
        assert_eq!((answer.value, answer.source), (n, Source::Computed));
    }
    assert_eq!(RUNS.count(), 5);
    assert_eq!(world.events.names(), ["STORE_UNCONFIRMED"]);
    world.redis.tell(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(returned::detailed(1).expect("there is room").source, Source::Computed);
    assert_eq!(returned::detailed(1).expect("it is stored").source, Source::L2);
}

/// B28: a server that is loading, read-only or without its master cannot serve.
#[test]
fn a_server_that_cannot_serve_is_unavailable() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn served(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    for line in ["-LOADING ..", "-READONLY ..", "-MASTERDOWN ..", "-CLUSTERDOWN .."] {
        until("the server serves", || served(1).is_ok());
        world.chaos.answer("HMGET", line);
        let error = served(1).expect_err("it cannot serve").cache();
        assert!(error.is_unavailable() && !error.is_config(), "{line}: {error}");
        world.chaos.restore();
    }
}

/// B28, C4: a wrong password is a configuration error, at once, and never printed.
#[test]
fn a_wrong_password_is_an_error_of_its_own_and_stays_secret() {
    let redis = RedisGuard::with(&["--requirepass", "c0rrect"]);
    let chaos = Chaos::before(&redis);
    let events = Events::default();
    let wrong = format!("redis://:s3cr3t@127.0.0.1:{}/", chaos.port());
    let builder = Runtime::builder().namespace("tests").redis(&wrong).on_event(events.listener());
    let error = builder.build().expect_err("the password is wrong");
    assert!(error.is_auth(), "{error}");
    let mut said = vec![error.to_string(), format!("{error:?}")];
    let none = Runtime::builder()
        .namespace("tests")
        .redis(chaos.url())
        .build()
        .expect_err("there is no password");
    assert!(none.is_auth(), "{none}");

    let lenient = Runtime::builder().namespace("tests").redis(&wrong).on_event(events.listener());
    let runtime = lenient.start_without_l2().build().expect("it may start without");
    events.wait_for("BACKEND_UNAVAILABLE_AT_STARTUP");
    said.push(runtime.health().to_json());
    said.push(format!("{runtime:?}"));
    said.extend(events.lines());
    for text in &said {
        assert!(!text.contains("s3cr3t"), "{text}");
    }
    let right = format!("redis://:c0rrect@127.0.0.1:{}/3", chaos.port());
    Runtime::builder().namespace("tests").redis(right).build().expect("the password is right");
}

/// Each mistake in a URL is an error that names it, before anything is reached.
#[test]
fn a_bad_url_is_an_error_that_says_what_is_wrong() {
    for (url, says) in [
        ("", "redis://"),
        ("localhost:6379", "redis://"),
        ("http://localhost", "redis://"),
        ("rediss://localhost", "rediss://"),
        ("redis://:s3cr3t@localhost:notaport/", "port"),
        ("redis://localhost/minus", "database"),
    ] {
        let error =
            Runtime::builder().namespace("tests").redis(url).build().expect_err("the URL is wrong");
        let text = error.to_string();
        assert!(error.is_config(), "{url}: {text}");
        assert!(text.contains(says), "{url}: {text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

/// A namespace outside its alphabet is an error that names the alphabet.
#[test]
fn a_bad_namespace_is_an_error_that_names_the_alphabet() {
    for namespace in ["", "my shop", "a{b}", "ä", &"x".repeat(65)] {
        let built = Runtime::builder().namespace(namespace).build();
        let error = built.expect_err("the namespace is unfit");
        assert!(error.is_config());
        assert!(error.to_string().contains("A-Z a-z 0-9 _ . -"), "{error}");
    }
}

/// A value whose `Serialize` fails where it is odd.
#[derive(Debug, Clone, PartialEq, Deserialize, cachekit::Fingerprint)]
struct Even(u32);

impl Serialize for Even {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 2 == 1 {
            return Err(serde::ser::Error::custom("odd values do not serialise"));
        }
        serializer.serialize_newtype_struct("Even", &self.0)
    }
}

/// B22: a value that does not serialise is an error of its own kind, or uncached, never an outage.
#[test]
fn a_value_that_does_not_serialise_is_no_outage() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn strict_even(n: u32) -> Result<Even, Failure> {
        RUNS.again();
        Ok(Even(n))
    }

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn degraded_even(n: u32) -> Even {
        RUNS.again();
        Even(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(strict_even(2).expect("it serialises"), Even(2));
    let error = strict_even(1).expect_err("it does not serialise").cache();
    assert!(error.is_serialize() && !error.is_unavailable(), "{error}");
    assert_eq!(RUNS.count(), 2);
    let answer = degraded_even::detailed(1);
    assert_eq!((answer.value, answer.degraded), (Even(1), false));
    assert_eq!(degraded_even::detailed(1).source, Source::Computed);
    assert_eq!(world.events.count("BACKEND_UNAVAILABLE_AT_RUNTIME"), 0);
    assert_eq!(world.events.count("VALUE_UNFIT"), 2, "once a function");
    assert_eq!(RUNTIME.health().breaker_failures(), 0);
    assert_eq!(world.chaos.accepted(), 1, "the connection stays");
    assert!(world.redis.keys(&strict_even::key(1)).is_empty(), "no filler is left");
}

/// A value that its codec reads back as another: it forgets its second half.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, cachekit::Fingerprint)]
struct Forgetful {
    kept: u32,
    #[serde(skip)]
    lost: u32,
}

/// J6: what does not survive a round trip is found when it is first stored.
#[test]
fn a_type_that_does_not_survive_its_codec_is_found_at_the_first_store() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn forgetful(n: u32) -> Result<Forgetful, Failure> {
        Ok(Forgetful { kept: n, lost: n })
    }

    let world = World::new(&RUNTIME);
    let error = forgetful(1).expect_err("it comes back as another value").cache();
    assert!(error.is_serialize(), "{error}");
    assert!(error.to_string().contains("forgetful"), "{error}");
    assert!(world.redis.keys("ck2:{tests:").iter().all(|key| key.contains(":g:")));
}

/// J8: a value above `max_value_bytes` is returned and not stored; that is no outage.
#[test]
fn a_value_that_is_too_large_is_returned_and_not_stored() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "too_large", runtime = RUNTIME)]
    fn large(bytes: usize) -> Result<Vec<u8>, Failure> {
        RUNS.again();
        Ok(vec![7; bytes])
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(1_000));
    assert_eq!(large(1_000).expect("it fits").len(), 1_000);
    assert_eq!(large::detailed(1_000).expect("it fits").source, Source::L2);
    for run in 2..4 {
        assert_eq!(large(1_001).expect("the call succeeds").len(), 1_001);
        assert_eq!(RUNS.count(), run);
    }
    let metrics = cachekit_tests::Metrics::install();
    let counted = metrics.sum("cachekit_too_large_total", &[("function", "too_large")]);
    assert!((counted - 2.0).abs() < f64::EPSILON, "{counted}");
    assert_eq!(world.events.names(), [""; 0]);
    let error = large::prime(1, vec![0; 1_001]).expect_err("a prime has no other way to say it");
    assert!(error.is_too_large(), "{error}");
}

//! A server that is not there when it is first needed.

use std::thread;

use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Chaos, Events, Failure, Node, RedisGuard, Runs, Slot, node, timed};

/// A server that was there, and a proxy that refuses.
fn nobody() -> (RedisGuard, Chaos) {
    let redis = RedisGuard::start();
    let chaos = Chaos::before(&redis);
    chaos.cut();
    (redis, chaos)
}

/// B3, B25: a runtime that cannot reach its server is an error at once.
#[test]
fn building_a_runtime_over_nothing_fails_and_says_what_to_do() {
    let (_redis, chaos) = nobody();
    let (built, took) = timed(|| Runtime::builder().namespace("tests").redis(chaos.url()).build());
    let error = built.expect_err("nobody listens");
    assert!(error.is_unavailable(), "{error}");
    assert_eq!(error.operation(), "install");
    let server = format!("127.0.0.1:{}", chaos.port());
    assert!(error.to_string().contains(&server), "{server} is not named in: {error}");
    assert!(took.as_millis() < 3_000, "{took:?}");
}

/// B3, B9, B10: strict refuses, runs no body, and names the ways out.
#[test]
fn strict_without_a_server_refuses_and_runs_nothing() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "guarded", runtime = RUNTIME)]
    fn guarded(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let (_redis, chaos) = nobody();
    let events = Events::default();
    let builder =
        Runtime::builder().namespace("tests").redis(chaos.url()).on_event(events.listener());
    RUNTIME.set(builder.start_without_l2().build().expect("it may start without"));
    let (refused, took) = timed(|| guarded(1));
    let error = refused.expect_err("nobody listens").cache();
    assert!(error.is_unavailable());
    assert_eq!((error.function(), error.operation()), (Some("guarded"), "get"));
    assert_eq!(error.mode().map(cachekit::Mode::as_str), Some("strict"));
    let text = error.to_string();
    for part in ["guarded", "get", "STRICT_DISTRIBUTED", "failed closed", "degraded", "local"] {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
    assert!(text.contains("L2 is away"), "the fault is in the text: {text}");
    assert!(std::error::Error::source(&error).is_none(), "and is told once");
    assert!(took.as_millis() < 3_000, "{took:?}");
    assert_eq!(RUNS.count(), 0);
    assert_eq!(events.names(), ["BACKEND_UNAVAILABLE_AT_STARTUP"]);
}

/// B11, B13: degraded answers from this node, marked, with one event.
#[test]
fn degraded_without_a_server_answers_and_says_so() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, name = "lenient", runtime = RUNTIME)]
    fn lenient(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let (_redis, chaos) = nobody();
    let events = Events::default();
    let builder =
        Runtime::builder().namespace("tests").redis(chaos.url()).on_event(events.listener());
    RUNTIME.set(builder.start_without_l2().build().expect("it may start without"));
    let first = lenient::detailed(1).expect("degraded answers");
    assert_eq!((first.value, first.source, first.degraded), (1, Source::Computed, true));
    let second = lenient::detailed(1).expect("degraded answers");
    assert_eq!((second.value, second.source, second.degraded), (1, Source::Fallback, true));
    let stats = lenient::stats();
    assert_eq!((stats.backend, stats.degraded), (Some("local_degraded"), true));
    assert_eq!(RUNS.count(), 1);
    assert_eq!(events.names(), ["BACKEND_UNAVAILABLE_AT_STARTUP"]);
    chaos.restore();
    events.wait_for("BACKEND_RECOVERED");
    assert!(!lenient::detailed(1).expect("the server is there").degraded);
    assert_eq!(RUNS.count(), 2, "what the outage bore does not outlive it");
}

#[cached(mode = "strict", ttl = 60)]
fn by_environment(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

#[cached(mode = "degraded", ttl = 60)]
fn lenient_by_environment(n: u32) -> u32 {
    n
}

/// A process whose runtime is built from the environment at its first call.
#[test]
fn node() {
    node::serve(|what, argument| {
        if what == "invalidate" {
            let answer = [(); 2].map(|()| lenient_by_environment::detailed(7));
            let marked = answer.iter().any(|answer| answer.degraded);
            let source = answer[1].source.as_str();
            let told = lenient_by_environment::invalidate(7);
            let told = told.map_or_else(|error| error.to_string(), |done| format!("{done:?}"));
            return serde_json::json!({ "marked": marked, "source": source, "told": told });
        }
        assert_eq!(what, "call");
        let n = argument.as_u64().and_then(|n| u32::try_from(n).ok()).expect("a number");
        let callers: Vec<_> = (0..50).map(|_| thread::spawn(move || by_environment(n))).collect();
        let answer = |called: Result<u32, Failure>| match called {
            Ok(value) => serde_json::json!({ "value": value }),
            Err(failure) => {
                let error = failure.cache();
                serde_json::json!({
                    "text": error.to_string(),
                    "unavailable": error.is_unavailable(),
                    "config": error.is_config(),
                })
            }
        };
        callers.into_iter().map(|caller| answer(caller.join().expect("no panic"))).collect()
    });
}

fn fifty_first_calls(environment: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let mut node = Node::start("redis::startup::node", environment);
    let serde_json::Value::Array(answers) = node.ask("call", 7) else { panic!("a list") };
    assert_eq!(answers.len(), 50);
    answers
}

/// B3, B25, D3: fifty first calls build one runtime, share its verdict, and connect at most twice.
#[test]
fn first_calls_together_build_one_runtime_and_all_hear_why_it_cannot_serve() {
    let redis = RedisGuard::start();
    let chaos = Chaos::before(&redis);
    chaos.blackhole();
    let url = chaos.url();
    let environment = [("CACHEKIT_REDIS_URL", url.as_str()), ("CACHEKIT_OP_TIMEOUT", "300ms")];
    let (answers, took) = timed(|| fifty_first_calls(&environment));
    assert!(answers.iter().all(|answer| answer["unavailable"] == true), "{answers:?}");
    assert!(chaos.accepted() <= 2, "{} connections", chaos.accepted());
    assert!(took.as_secs() < 6, "{took:?}");
}

/// The same functions with a server; and each mistake in the environment is an error that names it.
#[test]
fn the_environment_configures_what_was_not_installed() {
    let redis = RedisGuard::start();
    let url = redis.url();
    let sound = [("CACHEKIT_REDIS_URL", url.as_str()), ("CACHEKIT_NAMESPACE", "shop")];
    assert!(fifty_first_calls(&sound).iter().all(|answer| answer["value"] == 7));
    assert_eq!(redis.keys("ck2:{shop:").len(), 2, "the entry and the function's generation");

    let mistakes: [(&str, &str); 10] = [
        ("CACHEKIT_L2", "none"),
        ("CACHEKIT_L2", "redis://:secret@127.0.0.1"),
        ("CACHEKIT_NAMESPACE", ""),
        ("CACHEKIT_REDIS_URL", "http://127.0.0.1"),
        ("CACHEKIT_REDIS_URL", "rediss://127.0.0.1"),
        ("CACHEKIT_OP_TIMEOUT", "soon"),
        ("CACHEKIT_OP_TIMEOUT", "0s"),
        ("CACHEKIT_NAMESPACE", "my shop"),
        ("CACHEKIT_DISK_DIR", "/tmp"),
        ("CACHEKIT_KEYS", "k1:00"),
    ];
    for (name, value) in mistakes {
        let environment = match name {
            "CACHEKIT_REDIS_URL" => vec![(name, value)],
            _ => vec![("CACHEKIT_REDIS_URL", url.as_str()), (name, value)],
        };
        for answer in fifty_first_calls(&environment) {
            assert_eq!(answer["config"], true, "{name}={value}: {answer}");
            let text = answer["text"].as_str().expect("a text");
            assert!(!text.contains("secret"), "{text}");
            assert!(!name.ends_with("L2") || text.contains("CACHEKIT_L2"), "{text}");
        }
    }
    let answers = fifty_first_calls(&[]);
    assert!(answers.iter().all(|answer| answer["config"] == true), "{answers:?}");
    let text = answers[0]["text"].as_str().expect("a text");
    for named in ["CACHEKIT_REDIS_URL", ".without_l2()", "CACHEKIT_L2=none"] {
        assert!(text.contains(named), "it names {named}: {text}");
    }
}

/// B33, B34: a process that says that it has no L2 has local functions in the place of degraded
/// ones, and strict ones refuse; one that does not say so errs on a change, and names the ways out.
#[test]
fn a_process_without_an_l2_says_so_or_is_told_how() {
    let mut silent = Node::start("redis::startup::node", &[]);
    let answer = silent.ask("invalidate", 7);
    assert_eq!((&answer["marked"], &answer["source"]), (&true.into(), &"fallback".into()));
    let told = answer["told"].as_str().expect("a text");
    for named in ["CACHEKIT_REDIS_URL", "redis(..)", ".without_l2()", "CACHEKIT_L2=none"] {
        assert!(told.contains(named), "it names {named}: {told}");
    }

    let mut waived = Node::start("redis::startup::node", &[("CACHEKIT_L2", "none")]);
    let answer = waived.ask("invalidate", 7);
    let expected = serde_json::json!({ "marked": false, "source": "l1", "told": "LocalOnly" });
    assert_eq!(answer, expected);
    for answer in fifty_first_calls(&[("CACHEKIT_L2", "none")]) {
        assert_eq!(answer["config"], true, "{answer}");
        let text = answer["text"].as_str().expect("a text");
        assert!(text.contains("none on purpose"), "{text}");
    }
}

/// D10: two services that share a server or a directory and state no namespace would share entries.
#[test]
fn an_l2_needs_a_namespace() {
    let directory = tempfile::tempdir().expect("the system has room");
    let redis = RedisGuard::start();
    let builders = [
        Runtime::builder().redis(redis.url()),
        Runtime::builder().disk(directory.path().join("cache")),
    ];
    for builder in builders {
        let error = builder.build().expect_err("there is no namespace");
        assert!(error.is_config(), "{error}");
        for named in ["namespace(", "CACHEKIT_NAMESPACE"] {
            assert!(error.to_string().contains(named), "{error}");
        }
    }
    assert!(!directory.path().join("cache").exists(), "nothing is reached before");
}

/// A unix socket and a database are reached as their URL says.
#[test]
fn a_unix_socket_and_a_database_are_reached() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn socketed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let redis = RedisGuard::start();
    let url = format!("redis+unix://{}?db=3", redis.socket().display());
    RUNTIME.set(
        Runtime::builder().namespace("tests").redis(url).build().expect("the server listens there"),
    );
    assert_eq!(socketed(1).expect("the server is there"), 1);
    assert_eq!(socketed::detailed(1).expect("the server is there").source, Source::L2);
    let keyspace: String = redis.ask(&["INFO", "keyspace"]);
    assert!(keyspace.contains("db3:keys=2"), "the entry and its generation: {keyspace}");
    assert!(!keyspace.contains("db0"), "{keyspace}");
}

/// A database that the server does not have is a mistake of the settings, and is named.
#[test]
fn a_database_that_is_not_there_is_a_mistake_of_the_settings() {
    let redis = RedisGuard::start();
    let error = Runtime::builder().namespace("tests").redis(format!("{}/99", redis.url())).build();
    let error = error.expect_err("a server has sixteen");
    assert!(error.is_config() && !error.is_corrupt(), "{error}");
    assert!(error.to_string().contains("database 99"), "{error}");
}

/// C2, C3: the event of a failed start names the modes of the functions that were named to it, and
/// tells a listener its parts without JSON.
#[test]
fn the_event_of_a_failed_start_names_the_modes_that_it_concerns() {
    #[cached(mode = "strict", ttl = 60, name = "named to a dead runtime", runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
    static RUNTIME: Slot = Slot::new();
    static SEEN: std::sync::Mutex<Vec<(Option<String>, String)>> =
        std::sync::Mutex::new(Vec::new());

    let redis = RedisGuard::start();
    let chaos = Chaos::before(&redis);
    chaos.refuse();
    let builder =
        Runtime::builder().namespace("tests").redis(chaos.url()).functions([strict::SPEC]);
    let listened = builder.on_event(|event| {
        let mode = event.mode().map(ToOwned::to_owned);
        SEEN.lock().expect("no panic").push((mode, event.backend().to_owned()));
    });
    RUNTIME.set(listened.start_without_l2().build().expect("it may start without"));
    let seen = SEEN.lock().expect("no panic");
    assert_eq!(*seen, [(Some("STRICT_DISTRIBUTED".to_owned()), "redis".to_owned())]);
}

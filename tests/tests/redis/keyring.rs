//! Keys that rotate, nodes that have others, and functions that have none.

use std::sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering};
use std::thread;

use cachekit::{KeyRing, KeyState, Protection, Runtime, Source, cached};
use cachekit_tests::{Events, Failure, Node, RedisGuard, Runs, Slot, World, node, until};
use serde_json::{Value, json};

use super::seal::{counted, keyed, ring};

/// A17: a node whose ring lacks the key of an entry misses it, and neither removes it nor takes it
/// for corruption.
#[test]
fn a_node_with_other_keys_takes_nothing_away() {
    static RUNTIME: Slot = Slot::new();
    static OTHER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "two_rings", runtime = RUNTIME)]
    fn mine(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "two_rings", runtime = OTHER)]
    fn theirs(n: u32) -> Result<u32, Failure> {
        let _ = n;
        Err(Failure::Own("fails"))
    }

    let world = World::with(&RUNTIME, keyed);
    OTHER.set(world.runtime(|builder| builder.keys(ring(&[2])).index_key([0x99; 32])));
    assert_eq!(mine(1).expect("the server is there"), 1);
    assert_eq!(mine::key(1), theirs::key(1), "one entry");
    let before = world.redis.bytes(&mine::key(1));
    assert!(theirs(1).expect_err("it has no value and computes none").is_own());
    assert_eq!(world.redis.bytes(&mine::key(1)), before);
    let reason = |reason| [("function", "two_rings"), ("reason", reason)];
    assert_eq!(counted("cache_get_deserialize", &reason("unknown_key")), 1);
    assert_eq!(counted("cache_get_deserialize", &[("function", "two_rings")]), 1);
    assert_eq!(world.chaos.count("reject"), 0);
    assert_eq!(world.events.names(), [""; 0]);
    assert_eq!(mine::detailed(1).expect("the server is there").source, Source::L2);

    let asked = OTHER.health();
    let unheld = asked.keys().iter().find(|key| key.id == 1).expect("it was asked for");
    assert_eq!((unheld.held, unheld.current, unheld.opened), (false, false, 1));
}

/// A17: a key that is for reading alone seals nothing, and what is under one that was destroyed is
/// removed where it is met.
#[test]
fn a_key_seals_reads_or_is_gone_as_its_state_says() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "states", runtime = RUNTIME)]
    fn stated(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let current = Arc::new(Mutex::new(ring(&[1])));
    let provider = Arc::clone(&current);
    let enter = |ring: KeyRing| *current.lock().expect("nothing panics") = ring;
    let world = World::with(&RUNTIME, |builder| {
        let keys = move || provider.lock().expect("nothing panics").clone();
        builder.keys(keys).index_key([0x99; 32])
    });
    let with = |id, state| ring(&[2, 1]).with_state(id, state).expect("it is a ring");
    let source = |n| stated::detailed(n).expect("the server is there").source;
    let sealed = |n| world.redis.bytes(&stated::key(n))[8..12].to_vec();

    enter(with(2, KeyState::ReadOnly));
    assert_eq!(source(1), Source::Computed);
    assert_eq!(sealed(1), 1_u32.to_le_bytes(), "the first that is enabled seals");
    enter(with(1, KeyState::ReadOnly));
    assert_eq!((source(1), source(2)), (Source::L2, Source::Computed));
    assert_eq!(sealed(2), 2_u32.to_le_bytes());
    enter(with(1, KeyState::Destroyed));
    assert_eq!((source(1), source(2)), (Source::Computed, Source::L2));
    assert_eq!(sealed(1), 2_u32.to_le_bytes());
    let labels = [("function", "states"), ("reason", "unknown_key")];
    assert_eq!(counted("cache_get_deserialize", &labels), 1);
    assert_eq!(world.chaos.count("reject"), 1, "it was removed, not left as another node's");
    let health = RUNTIME.health();
    let gone = health.keys().iter().find(|key| key.id == 1).expect("it is known");
    assert_eq!((gone.state, gone.held), (Some(KeyState::Destroyed), false));
    assert!(health.to_json().contains(r#""state":"destroyed""#), "{}", health.to_json());
    assert_eq!(world.events.names(), [""; 0], "a key that was destroyed is no tampering");
}

/// D9: who reads the names of entries tests no guesses of tenants without the index key.
#[test]
fn tenants_of_protected_functions_are_named_under_the_index_key() {
    static RUNTIME: Slot = Slot::new();
    static OTHER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, mac, tenant = t, name = "named", runtime = RUNTIME)]
    fn named(t: &str) -> Result<usize, Failure> {
        Ok(t.len())
    }

    #[cached(mode = "strict", ttl = 60, mac, tenant = t, name = "named", runtime = OTHER)]
    fn theirs(t: &str) -> Result<usize, Failure> {
        Ok(t.len())
    }

    #[cached(mode = "strict", ttl = 60, tenant = t, name = "open", runtime = RUNTIME)]
    fn open(t: &str) -> Result<usize, Failure> {
        Ok(t.len())
    }

    let world = World::with(&RUNTIME, keyed);
    let other = |builder: cachekit::RuntimeBuilder| builder.keys(ring(&[1])).index_key([0x55; 32]);
    OTHER.set(world.runtime(|builder| other(builder).namespace("elsewhere")));
    named("acme").and(theirs("acme")).and(open("acme")).expect("the server is there");
    let generations = |function: &str| -> Vec<String> {
        let of = |key: &String| key.contains(&format!(":g:{function}."));
        let tenant = |key: String| key.rsplit_once(':').expect("it has parts").1.to_owned();
        let keys = world.redis.keys("ck2:").into_iter().filter(of).map(tenant);
        keys.filter(|last| last.len() == 32).collect()
    };
    let (under_two_keys, guessed) = (generations("named"), generations("open"));
    assert_eq!((under_two_keys.len(), guessed.len()), (2, 1));
    assert_ne!(under_two_keys[0], under_two_keys[1]);
    assert!(!under_two_keys.contains(&guessed[0]));
    named::invalidate_tenant("acme").expect("the server is there");
    assert_eq!(named::detailed("acme").expect("it is there").source, Source::Computed);
    assert_eq!(theirs::detailed("acme").expect("it is there").source, Source::L2);
}

/// A17: the same id with another key is told from an accident, and its entry goes: ids are given
/// once.
#[test]
fn one_id_for_two_keys_is_tampering() {
    static RUNTIME: Slot = Slot::new();
    static OTHER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, mac, name = "one_id", runtime = RUNTIME)]
    fn mine(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, mac, name = "one_id", runtime = OTHER)]
    fn theirs(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    let other = KeyRing::new([(1, [0x77; 32])]).expect("it is a ring");
    OTHER.set(world.runtime(|builder| builder.keys(other).index_key([0x99; 32])));
    assert_eq!(mine(1).expect("the server is there"), 1);
    assert_eq!(theirs::detailed(1).expect("the server is there").source, Source::Computed);
    let forged = [("function", "one_id"), ("reason", "auth_tamper")];
    assert_eq!(counted("cache_get_deserialize", &forged), 1);
}

/// A17: a rotation under load loses no read, and what keys are still used for is counted.
#[test]
fn a_rotation_under_load_loses_no_read() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    const KEYS: u32 = 16;

    #[cached(mode = "strict", ttl = 60, encrypt, tenant = &(n % 3), name = "rotated", runtime = RUNTIME)]
    fn rotated(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n * 7)
    }

    let current = Arc::new(Mutex::new(ring(&[1])));
    let provider = Arc::clone(&current);
    let rotate = |ids: &[u32]| *current.lock().expect("nothing panics") = ring(ids);
    let world = World::with(&RUNTIME, |builder| {
        let keys = move || provider.lock().expect("nothing panics").clone();
        builder.keys(keys).index_key([0x99; 32])
    });
    for n in 0..KEYS {
        assert_eq!(rotated(n).expect("the server is there"), n * 7);
    }
    let over = AtomicBool::new(false);
    let rounds = [const { Runs::new() }; 4];
    // Every reader ends what it reads now, and then reads all keys, under what holds now.
    let read_on = || {
        let targets = rounds.each_ref().map(|own| own.count() + 4);
        until("all read on", || rounds.iter().zip(targets).all(|(own, to)| own.count() >= to));
    };
    thread::scope(|scope| {
        for own in &rounds {
            let over = &over;
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    for n in 0..KEYS {
                        assert_eq!(rotated(n).expect("the server is there"), n * 7);
                    }
                    own.again();
                }
            });
        }
        // First the new key is known everywhere, then it seals, and the old one goes when nothing
        // of it is left.
        for ids in [&[1, 2][..], &[2, 1], &[2, 1, 3]] {
            rotate(ids);
            read_on();
        }
        for n in 0..KEYS {
            assert_eq!(rotated::refresh(n).expect("the server is there"), n * 7);
        }
        // What a reader had under way may still be of the old key.
        read_on();
        rotate(&[2]);
        read_on();
        over.store(true, Ordering::SeqCst);
    });
    assert_eq!(RUNS.count(), 2 * KEYS as usize, "each was computed once, and once refreshed");
    assert_eq!(counted("cache_get_deserialize", &[("function", "rotated")]), 0);
    let health = RUNTIME.health();
    let [old, new] = health.keys() else { panic!("two ids: {:?}", health.keys()) };
    assert_eq!((old.id, old.sealed, old.current, old.held), (1, u64::from(KEYS), false, false));
    assert_eq!((new.id, new.sealed, new.current, new.held), (2, u64::from(KEYS), true, true));
    assert!(old.opened > 200 && new.opened > 0, "{old:?} {new:?}");
    assert!(old.idle.expect("it was used") >= new.idle.expect("it was used"));
    let told: Value = serde_json::from_str(&health.to_json()).expect("it is JSON");
    assert_eq!(told["keys"][1]["current"], json!(true));
    drop(world);
}

/// A17: a provider that panics keeps nobody from reading: the ring that it handed out last serves.
#[test]
fn a_provider_that_panics_is_answered_for() {
    static RUNTIME: Slot = Slot::new();
    static PANICS: AtomicBool = AtomicBool::new(false);

    #[cached(mode = "strict", ttl = 60, encrypt, runtime = RUNTIME)]
    fn provided(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let ring = ring(&[1]);
    let _world = World::with(&RUNTIME, |builder| {
        let keys = move || {
            assert!(!PANICS.load(Ordering::SeqCst), "as asked");
            ring.clone()
        };
        builder.keys(keys).index_key([0x99; 32])
    });
    assert_eq!(provided(1).expect("the server is there"), 1);
    PANICS.store(true, Ordering::SeqCst);
    assert_eq!(provided::detailed(1).expect("the server is there").source, Source::L2);
    assert_eq!(provided(2).expect("the server is there"), 2);
}

/// C4, A17: a function that asks for keys and has none stores nothing, in every mode, and says so.
#[test]
fn a_protected_function_without_keys_never_stores_in_the_clear() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "keyless", runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, mac, name = "keyless_marked", runtime = RUNTIME)]
    fn marked(n: u32) -> u32 {
        RUNS.again();
        n
    }

    let world = World::new(&RUNTIME);
    let events = Events::default();
    let refused = Runtime::builder()
        .namespace("tests")
        .redis(world.redis.url())
        .on_event(events.listener())
        .functions([strict::SPEC])
        .build()
        .expect_err("it has no keys");
    assert!(refused.is_config(), "{refused}");
    let text = refused.to_string();
    for part in ["keyless", "CACHEKIT_KEYS", "CACHEKIT_INDEX_KEY", "keys(..)"] {
        assert!(text.contains(part), "{part} in {text}");
    }

    let error = strict(1).expect_err("it has no keys").cache();
    assert!(error.is_config(), "{error}");
    assert_eq!(RUNS.count(), 0);
    for run in 1..=3 {
        let answer = marked::detailed(1);
        assert_eq!((answer.value, answer.source, answer.degraded), (1, Source::Computed, true));
        assert_eq!(RUNS.count(), run);
    }
    assert!(marked::prime(1, 2).expect_err("it has no keys").is_config());
    assert_eq!(marked::stats().entries, 0);
    assert_eq!(world.redis.keys(""), [""; 0]);
    assert_eq!(world.events.names(), ["CONFIG_INVALID"; 2], "one a function");
}

/// A17: half of the settings is an error that names the other half.
#[test]
fn keys_without_an_index_key_are_refused() {
    for (builder, missing) in [
        (Runtime::builder().keys(ring(&[1])), "index_key(..)"),
        (Runtime::builder().index_key([1; 32]), "keys(..)"),
        (Runtime::builder().protect(Protection::Mac), "keys(..)"),
    ] {
        let error = builder.build().expect_err("half is missing");
        assert!(error.is_config() && error.to_string().contains(missing), "{error}");
    }
}

/// J10, E11: a runtime's floor raises what a function stores, and never lowers it.
#[test]
fn a_floor_raises_every_function_with_a_shared_tier() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "raised", runtime = RUNTIME)]
    fn raised(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "higher", runtime = RUNTIME)]
    fn higher(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(name = "here_alone", runtime = RUNTIME)]
    fn local(n: u32) -> u32 {
        n
    }

    let world = World::with(&RUNTIME, |builder| keyed(builder).protect(Protection::Mac));
    assert_eq!(raised(1).expect("the server is there"), 1);
    assert_eq!(higher(1).expect("the server is there"), 1);
    assert_eq!(local(1), 1);
    assert_eq!(world.redis.bytes(&raised::key(1))[5] & 6, 4, "tagged");
    assert_eq!(world.redis.bytes(&higher::key(1))[5] & 6, 2, "sealed");
    assert_eq!(raised::detailed(1).expect("the server is there").source, Source::L2);
    assert_eq!(higher::detailed(1).expect("the server is there").source, Source::L2);
}

/// D9, D11: entries of protected functions are named under the index key; a node whose index key
/// differs is found when it is built.
#[test]
fn a_node_with_another_index_key_is_found_when_it_is_built() {
    static RUNTIME: Slot = Slot::new();
    static OTHER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "indexed", runtime = RUNTIME)]
    fn indexed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "indexed", runtime = OTHER)]
    fn indexed_otherwise(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    let other = || {
        Runtime::builder()
            .namespace("tests")
            .redis(world.redis.url())
            .keys(ring(&[1]))
            .index_key([0x98; 32])
    };
    let error = other().build().expect_err("the others have another one");
    assert!(error.is_config(), "{error}");
    for part in ["index key", "CACHEKIT_INDEX_KEY", "`tests`", "ck2:{tests:0.13}:i"] {
        assert!(error.to_string().contains(part), "{part} in {error}");
    }
    let marker = "ck2:{tests:0.13}:i";
    let life: i64 = world.redis.ask(&["PTTL", marker]);
    assert!(life > 300 * 86_400_000, "it outlives every entry and ends: {life}");
    // The same key is at home, and another namespace may have its own.
    drop(
        Runtime::builder()
            .namespace("tests")
            .redis(world.redis.url())
            .keys(ring(&[2]))
            .index_key([0x99; 32])
            .build()
            .expect("it is theirs"),
    );
    OTHER.set(other().namespace("apart").build().expect("nobody else is there"));
    let digest = |key: String| key.rsplit(':').next().map(str::to_owned);
    assert_ne!(digest(indexed::key(1)), digest(indexed_otherwise::key(1)));
    // Whoever begins anew deletes the marker, as the error says.
    world.redis.tell(&["DEL", marker]);
    drop(other().build().expect("nobody else is there any more"));
    let error = Runtime::builder()
        .namespace("tests")
        .redis(world.redis.url())
        .keys(ring(&[1]))
        .index_key([0x99; 32])
        .build();
    assert!(error.expect_err("now this one is another").is_config());
}

/// D9: of nodes that come first together, all with one key agree, and of two keys one is refused.
#[test]
fn nodes_that_come_first_together_agree_on_one_index_key() {
    let redis = RedisGuard::start();
    let build = |index: u8| {
        let builder = Runtime::builder().namespace("tests").redis(redis.url()).keys(ring(&[1]));
        builder.index_key([index; 32]).build().is_ok()
    };
    let nodes: Vec<(u8, bool)> = thread::scope(|scope| {
        let started: Vec<_> = (0..8).map(|n| scope.spawn(move || (n % 2, build(n % 2)))).collect();
        started.into_iter().map(|node| node.join().expect("no panic")).collect()
    });
    let winners: std::collections::BTreeSet<u8> =
        nodes.iter().filter(|(_, fine)| *fine).map(|(index, _)| *index).collect();
    assert_eq!(winners.len(), 1, "{nodes:?}");
    assert_eq!(nodes.iter().filter(|(_, fine)| *fine).count(), 4, "{nodes:?}");
}

/// A second process that takes its settings from the environment.
#[test]
fn keyed_node() {
    #[cached(mode = "strict", ttl = 60, encrypt, name = "from_env")]
    fn from_env(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    node::serve(|what, _| match what {
        "call" => match from_env::detailed(1) {
            Ok(answer) => json!(format!("{:?}", answer.source)),
            Err(error) => json!(error.to_string()),
        },
        "ring" => match KeyRing::from_env() {
            Ok(ring) => json!(ring.ids().collect::<Vec<_>>()),
            Err(error) => json!(error.to_string()),
        },
        _ => panic!("nobody asks for {what}"),
    });
}

/// A17, C4: rings come from the environment, and what is wrong there is said without a key.
#[test]
fn the_environment_may_hold_the_keys() {
    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    let redis = RedisGuard::start();
    let url = redis.url();
    let node = |keys: &str, index: &str| {
        let set =
            [("CACHEKIT_REDIS_URL", &*url), ("CACHEKIT_KEYS", keys), ("CACHEKIT_INDEX_KEY", index)];
        Node::start("redis::keyring::keyed_node", &set)
    };
    let mut first = node(&format!("1:{ONE}"), TWO);
    assert_eq!(first.ask("call", Value::Null), json!("Computed"));
    let mut next = node(&format!("2:{TWO},1:{ONE}"), TWO);
    assert_eq!(next.ask("ring", Value::Null), json!([2, 1]));
    assert_eq!(next.ask("call", Value::Null), json!("L2"));
    for (keys, index, says) in [
        (&*format!("1:{ONE}x"), TWO, "CACHEKIT_KEYS"),
        (ONE, TWO, "CACHEKIT_KEYS"),
        (&*format!("1:{ONE}"), "short", "CACHEKIT_INDEX_KEY"),
        (&*format!("1:{ONE}"), "", "CACHEKIT_INDEX_KEY"),
        ("", TWO, "CACHEKIT_KEYS"),
        ("", "", "CACHEKIT_KEYS"),
    ] {
        let error = node(keys, index).ask("call", Value::Null);
        let error = error.as_str().expect("a text");
        assert!(error.contains(says) && error.contains("from_env"), "{error}");
        assert!(
            !error.contains("AQEB") && !error.contains("AgIC") && !error.contains("short"),
            "{error}"
        );
    }
}

/// D1, D2, D4, D7, D8: tenants of protected functions share nothing, whatever they are called.
#[test]
fn tenants_of_protected_functions_share_nothing() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    const TENANTS: [Option<&str>; 8] = [
        None,
        Some(""),
        Some("0"),
        Some("global"),
        Some("a"),
        Some("a:*"),
        Some("[?]\\"),
        Some("ü"),
    ];

    #[cached(mode = "degraded", ttl = 60, encrypt, tenant = tenant, name = "sealed_tenants", runtime = RUNTIME)]
    fn told(tenant: Option<&str>, n: u32) -> Option<String> {
        RUNS.again();
        Some(format!("{tenant:?} {n}"))
    }

    let world = World::with(&RUNTIME, keyed);
    let right =
        |tenant: Option<&str>, n| assert_eq!(told(tenant, n), Some(format!("{tenant:?} {n}")));
    for tenant in TENANTS {
        right(tenant, 1);
    }
    assert_eq!(RUNS.count(), TENANTS.len());
    assert_eq!(
        world.redis.keys("ck2:{tests:").iter().filter(|key| key.contains(":e:")).count(),
        TENANTS.len()
    );
    thread::scope(|scope| {
        for at in 0..16 {
            scope.spawn(move || {
                for round in 0..64 {
                    let tenant = TENANTS[(at + round) % TENANTS.len()];
                    assert_eq!(told(tenant, 1), Some(format!("{tenant:?} 1")));
                }
            });
        }
    });
    assert_eq!(RUNS.count(), TENANTS.len());
    told::invalidate_tenant("a:*").expect("the server is there");
    for tenant in TENANTS {
        right(tenant, 1);
    }
    assert_eq!(RUNS.count(), TENANTS.len() + 1, "only one tenant's are gone");
    world.outage();
    for tenant in TENANTS {
        right(tenant, 2);
        assert_eq!(told::detailed(tenant, 2).source, Source::Fallback);
    }
    assert_eq!(RUNS.count(), 2 * TENANTS.len() + 1);
}

/// J8: of an untrusted store, a value above the maximum never leaves the server.
#[test]
fn a_value_above_the_maximum_is_not_transferred() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, mac, name = "untransferred", runtime = RUNTIME)]
    fn large(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| keyed(builder).max_value_bytes(1024));
    assert_eq!(large(1).expect("the server is there"), 1);
    world.redis.corrupt(&large::key(1), &vec![0; 16 << 20]);
    let sent = || {
        let info: String = world.redis.ask(&["INFO", "stats"]);
        let line = info.lines().find_map(|line| line.strip_prefix("total_net_output_bytes:"));
        line.and_then(|bytes| bytes.trim().parse::<u64>().ok()).expect("the server counts")
    };
    let before = sent();
    assert_eq!(large::peek(1).expect("the server is there"), None);
    assert!(sent() - before < 1 << 20, "{} bytes were sent", sent() - before);
    let refused = [("function", "untransferred"), ("reason", "too_large")];
    assert_eq!(counted("cache_get_deserialize", &refused), 1);
    assert_eq!(world.chaos.count("shed"), 1);
    assert_eq!(world.redis.keys(&large::key(1)), [""; 0], "it is gone");
    world.redis.tell(&["RPUSH", &large::key(1), "a list"]);
    assert_eq!(large::detailed(1).expect("the server is there").source, Source::Computed);
    let list = [("function", "untransferred"), ("reason", "type_mismatch")];
    assert_eq!(counted("cache_get_deserialize", &list), 1);
    assert_eq!(large::detailed(1).expect("the server is there").source, Source::L2);
}

/// A17: ids that somebody makes up push no key out of the report, and nothing counts as opened that
/// did not open.
#[test]
fn ids_that_are_made_up_hide_no_key_that_serves() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "made_up_ids", runtime = RUNTIME)]
    fn guarded(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let current = Arc::new(Mutex::new(ring(&[7])));
    let provider = Arc::clone(&current);
    let world = World::with(&RUNTIME, |builder| {
        let keys = move || provider.lock().expect("nothing panics").clone();
        builder.keys(keys).index_key([0x99; 32])
    });
    guarded(1).expect("the server is there");
    let key = guarded::key(1);
    let sealed = world.redis.bytes(&key);
    let uses = |id| RUNTIME.health().keys().iter().find(|key| key.id == id).cloned();
    for id in 1_000..1_600_u32 {
        let mut made_up = sealed.clone();
        made_up[8..12].copy_from_slice(&id.to_le_bytes());
        world.redis.corrupt(&key, &made_up);
        guarded(1).expect("the server is there");
    }
    let mut forged = sealed.clone();
    *forged.last_mut().expect("it has a tag") ^= 1;
    let before = uses(7).expect("it served").opened;
    world.redis.corrupt(&key, &forged);
    guarded(1).expect("the server is there");
    assert_eq!(uses(7).expect("it served").opened, before, "a forgery opened nothing");
    let unheld = RUNTIME.health().keys().iter().filter(|key| !key.held).count();
    assert!((1..=16).contains(&unheld), "{unheld} ids that nobody holds");
    // A key that comes now is counted as any.
    *current.lock().expect("nothing panics") = ring(&[8, 7]);
    guarded::refresh(1).expect("the server is there");
    guarded(1).expect("the server is there");
    let fresh = uses(8).expect("it served");
    assert_eq!((fresh.held, fresh.sealed, fresh.opened), (true, 1, 1));
}

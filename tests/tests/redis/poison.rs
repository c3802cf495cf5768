//! What does not decode: never served, counted once, removed if unchanged.

use std::panic::catch_unwind;
use std::thread;

use cachekit::{Source, cached};
use cachekit_tests::{Failure, Metrics, Runs, Slot, World, damages, until};

fn counted(name: &str, labels: &[(&str, &str)]) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    let count = Metrics::install().sum(name, labels) as usize;
    count
}

fn undecodable(function: &str) -> usize {
    counted("cache_get_deserialize", &[("function", function)])
}

/// A13, J2, J11: every truncation, every changed byte, an empty value, trailing bytes and zeros.
#[test]
fn no_damaged_entry_is_served_and_each_is_counted_once_and_removed() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "damaged", runtime = RUNTIME)]
    fn damaged(n: u32) -> Result<(u64, String), Failure> {
        RUNS.again();
        Ok((u64::from(n) * 3, String::from("fourteen bytes")))
    }

    let world = World::new(&RUNTIME);
    let expected = damaged(5).expect("the server is there");
    let key = damaged::key(5);
    let sound = world.redis.bytes(&key);

    let mut cases = damages(&sound);
    cases.push(("16 MiB of zeros".into(), vec![0; 16 << 20]));

    let many = cases.len();
    for (what, bytes) in cases {
        world.redis.corrupt(&key, &bytes);
        let (runs, before) = (RUNS.count(), damaged::stats().rejected);
        let answer = damaged::detailed(5).expect("the server is there");
        assert_eq!(answer.value, expected, "{what}");
        assert_eq!(answer.source, Source::Computed, "{what}");
        assert_eq!(RUNS.count(), runs + 1, "{what}");
        assert_eq!(damaged::stats().rejected, before + 1, "{what}");
        assert_eq!(damaged::detailed(5).expect("the server is there").source, Source::L2, "{what}");
    }
    assert_eq!(undecodable("damaged"), many);
}

/// A1, A9: what the body does does not matter: poison is gone when it errs and when it panics.
#[test]
fn poison_is_gone_although_the_body_errs_or_panics() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn fragile(n: u32) -> Result<u32, Failure> {
        match RUNS.again() {
            1 | 2 => Ok(n),
            3 => Err(Failure::Own("an error of the body")),
            _ => panic!("a panic of the body"),
        }
    }

    let world = World::new(&RUNTIME);
    for n in [1, 2] {
        assert_eq!(fragile(n).expect("the first runs succeed"), n);
        let mut poison = world.redis.bytes(&fragile::key(n));
        poison[100] ^= 1;
        world.redis.corrupt(&fragile::key(n), &poison);
    }

    assert!(fragile(1).expect_err("the third run fails").is_own());
    until("nothing is left", || world.redis.keys(&fragile::key(1)).is_empty());
    catch_unwind(|| fragile(2)).expect_err("the fourth run panics");
    until("nothing is left", || world.redis.keys(&fragile::key(2)).is_empty());
}

/// A1, A9: a future that is dropped while its body runs leaves no poison either.
#[tokio::test(flavor = "multi_thread")]
async fn poison_is_gone_although_the_call_is_dropped() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    async fn slow(n: u32) -> Result<u32, Failure> {
        if RUNS.again() > 1 {
            std::future::pending::<()>().await;
        }
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(slow(1).await.expect("the first run succeeds"), 1);
    let key = slow::key(1);
    world.redis.corrupt(&key, b"poison");
    let call = tokio::spawn(slow(1));
    until("the body runs again", || RUNS.count() == 2);
    call.abort();
    until("nothing is left", || world.redis.keys(&key).is_empty());
    assert_eq!(RUNS.count(), 2);
}

/// A3, A10: each kind of poison has its own reason, on sync and on async functions alike.
#[tokio::test]
async fn each_kind_of_poison_has_its_reason() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "reason_sync", runtime = RUNTIME)]
    fn blocking(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "reason_async", runtime = RUNTIME)]
    async fn polled(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    /// The same function as another build has it: its values are texts.
    #[cached(mode = "strict", ttl = 60, name = "reason_text", runtime = RUNTIME)]
    fn texts(n: u32) -> Result<String, Failure> {
        Ok(n.to_string())
    }

    let world = World::new(&RUNTIME);
    for n in [1, 2] {
        assert_eq!(polled(n).await.expect("the server is there"), n);
    }
    tokio::task::spawn_blocking(|| {
        for n in [1, 2] {
            assert_eq!(blocking(n).expect("the server is there"), n);
        }
        assert_eq!(texts(1).expect("the server is there"), "1");
    })
    .await
    .expect("nothing panics");

    let sound = |key: &str| world.redis.bytes(key);
    let changed = |key: &str, at: usize, byte: u8| {
        let mut bytes = sound(key);
        bytes[at] ^= byte;
        bytes
    };
    let (one, two) = (blocking::key(1), blocking::key(2));
    let (a_one, a_two) = (polled::key(1), polled::key(2));
    let cases: Vec<(&str, Vec<u8>, Vec<u8>)> = vec![
        ("corruption", changed(&one, 97, 4), changed(&a_one, 97, 4)),
        ("wrong_key", sound(&two), sound(&a_two)),
        ("wrong_key", sound(&texts::key(1)), sound(&texts::key(1))),
        ("unknown_version", changed(&one, 4, 3), changed(&a_one, 4, 3)),
        ("unknown_key", changed(&one, 8, 1), changed(&a_one, 8, 1)),
    ];
    for (reason, bytes, a_bytes) in cases {
        for (function, key, bytes) in
            [("reason_sync", &one, &bytes), ("reason_async", &a_one, &a_bytes)]
        {
            let labels = [("function", function), ("reason", reason), ("tier", "l2")];
            let before = (counted("cache_get_deserialize", &labels), undecodable(function));
            world.redis.corrupt(key, bytes);
            let value = match function {
                "reason_sync" => {
                    tokio::task::spawn_blocking(|| blocking(1)).await.expect("no panic")
                }
                _ => polled(1).await,
            };
            assert_eq!(value.expect("the server is there"), 1, "{function}, {reason}");
            let after = (counted("cache_get_deserialize", &labels), undecodable(function));
            assert_eq!(after, (before.0 + 1, before.1 + 1), "{function}, {reason}");
        }
    }
}

/// A13: another type at the key than an entry's is poison too.
#[test]
fn a_list_at_the_key_is_removed_and_counted() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "listed", runtime = RUNTIME)]
    fn listed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    world.redis.tell(&["RPUSH", &listed::key(1), "a list"]);
    assert_eq!(listed(1).expect("the server is there"), 1);
    let list = [("function", "listed"), ("reason", "type_mismatch")];
    assert_eq!(counted("cache_get_deserialize", &list), 1);
    assert_eq!(world.redis.ask::<String>(&["TYPE", &listed::key(1)]), "hash", "the list is gone");
}

/// A7, A13: what says under which generations a value was stored is poison too where it says nothing,
/// and is paid for once.
#[test]
fn an_empty_mark_is_removed_and_counted_once() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "unmarked", runtime = RUNTIME)]
    fn unmarked(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(unmarked(1).expect("the server is there"), 1);
    let key = unmarked::key(1);
    let mark = world.redis.values(&key).remove(0).0.replace("v:", "g:");
    world.redis.tell(&["HSET", &key, &mark, ""]);
    for _ in 0..2 {
        assert_eq!(unmarked::peek(1).expect("the server is there"), None);
        assert_eq!(unmarked::stats().rejected, 1);
        assert!(world.redis.keys(&key).is_empty(), "nothing is left");
    }
}

/// A7: who comes later does not read the poison again.
/// A8: callers together verify it once.
#[test]
fn a_herd_on_poison_verifies_removes_and_computes_once() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "herd_on_poison", runtime = RUNTIME)]
    fn herd(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(herd(1).expect("the first run succeeds"), 1);
    world.redis.corrupt(&herd::key(1), b"poison");
    let held = world.chaos.hold("HMGET");
    thread::scope(|scope| {
        let callers: Vec<_> = (0..32).map(|_| scope.spawn(|| herd(1))).collect();
        held.reached();
        held.release();
        for caller in callers {
            assert_eq!(caller.join().expect("no panic").expect("the body succeeds"), 1);
        }
    });
    assert_eq!(undecodable("herd_on_poison"), 1);
    assert_eq!(world.chaos.count("reject"), 1);
    assert_eq!(RUNS.count(), 2);
}

/// A11: only the bytes that failed are removed; a good value written meanwhile survives.
#[test]
fn a_good_value_written_between_a_bad_read_and_its_removal_survives() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "survivor", runtime = RUNTIME)]
    fn survivor(n: u32) -> Result<u32, Failure> {
        if RUNS.again() == 1 { Ok(n) } else { Err(Failure::Own("fails")) }
    }

    let world = World::new(&RUNTIME);
    assert_eq!(survivor(1).expect("the first run succeeds"), 1);
    let key = survivor::key(1);
    let sound = world.redis.bytes(&key);
    world.redis.corrupt(&key, b"poison");
    let held = world.chaos.hold("HMGET");
    thread::scope(|scope| {
        let caller = scope.spawn(|| survivor(1));
        held.reached();
        world.redis.corrupt(&key, &sound);
        held.release();
        assert!(caller.join().expect("no panic").expect_err("the second run fails").is_own());
    });
    assert_eq!(world.redis.bytes(&key), sound);
    assert_eq!(
        counted("cache_reject_total", &[("function", "survivor"), ("outcome", "changed")]),
        1
    );
    assert_eq!(survivor::detailed(1).expect("it is there").source, Source::L2);
}

/// A12: a removal that fails masks nothing: it is counted, and told once.
#[test]
fn a_removal_that_fails_is_counted_and_the_call_goes_on() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "unremovable", runtime = RUNTIME)]
    fn unremovable(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    for n in [1, 2] {
        assert_eq!(unremovable(n).expect("the server is there"), n);
        world.redis.corrupt(&unremovable::key(n), b"poison");
    }
    world.chaos.fail("reject");
    for n in [1, 2] {
        assert_eq!(unremovable(n).expect("the removal is not the call"), n);
    }
    assert_eq!(RUNS.count(), 4);
    let errors = [("function", "unremovable"), ("outcome", "error")];
    assert_eq!(counted("cache_reject_total", &errors), 2);
    assert_eq!(world.events.names(), ["REJECT_FAILED"]);
}

/// A19: only the exact key is removed.
#[test]
fn one_poisoned_key_takes_no_other_with_it() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn neighbours(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    let before: Vec<_> = (0..50)
        .map(|n| {
            assert_eq!(neighbours(n).expect("the server is there"), n);
            world.redis.bytes(&neighbours::key(n))
        })
        .collect();
    world.redis.corrupt(&neighbours::key(7), b"poison");
    assert_eq!(neighbours::peek(7).expect("the server is there"), None);
    assert!(world.redis.keys(&neighbours::key(7)).is_empty(), "the poisoned one is gone");
    for n in (0..50).filter(|n| *n != 7) {
        assert_eq!(world.redis.bytes(&neighbours::key(n)), before[n as usize], "entry {n}");
    }
}

/// A6, I7: every reader takes the one path: poison is removed, counted once, and absent.
#[test]
fn every_reader_of_stored_bytes_rejects_alike() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "readers", runtime = RUNTIME)]
    fn readers(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    let key = readers::key(1);
    let poisoned = || {
        assert_eq!(readers(1).expect("the server is there"), 1);
        world.redis.corrupt(&key, b"poison");
        undecodable("readers")
    };
    let before = poisoned();
    assert_eq!(readers::peek(1).expect("the server is there"), None);
    assert_eq!(undecodable("readers"), before + 1);
    assert!(world.redis.keys(&key).is_empty());

    let before = poisoned();
    assert_eq!(readers::update(1, |n| *n += 1).expect("the server is there"), None);
    assert_eq!(undecodable("readers"), before + 1);
    assert!(world.redis.keys(&key).is_empty());

    let before = poisoned();
    let answer = readers::detailed(1).expect("the server is there");
    assert_eq!((answer.value, answer.source), (1, Source::Computed));
    assert_eq!(undecodable("readers"), before + 1);
}

/// J12, D9: a newer build's entry is a miss that stays where it is; another key form is ignored.
#[test]
fn what_a_newer_build_wrote_is_not_removed() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "rolling", runtime = RUNTIME)]
    fn rolling(n: u32) -> Result<u32, Failure> {
        if RUNS.again() == 1 { Ok(n) } else { Err(Failure::Own("fails")) }
    }

    let world = World::new(&RUNTIME);
    assert_eq!(rolling(1).expect("the first run succeeds"), 1);
    let key = rolling::key(1);
    let later_form = key.replacen("ck2:", "ck3:", 1);
    assert_ne!(key, later_form, "the form is part of the key");
    world.redis.set(&later_form, "an entry of a later form");
    let mut newer = world.redis.bytes(&key);
    newer[4] += 1;
    world.redis.corrupt(&key, &newer);

    assert!(rolling(1).expect_err("the second run fails").is_own());
    assert_eq!(world.redis.bytes(&key), newer);
    let foreign = [("function", "rolling"), ("outcome", "foreign")];
    assert_eq!(counted("cache_reject_total", &foreign), 1);
    assert_eq!(world.chaos.count("reject"), 0);
    assert_eq!(world.redis.ask::<String>(&["GET", &later_form]), "an entry of a later form");
}

/// A4, K10: corruption moves no availability, and an outage counts as no corruption.
#[test]
fn corruption_and_an_outage_are_told_apart() {
    static RUNTIME: Slot = Slot::new();
    static CUT_OFF: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "corrupted", runtime = RUNTIME)]
    fn corrupted(n: u32) -> u32 {
        n
    }

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "cut_off", runtime = CUT_OFF)]
    fn cut_off(n: u32) -> u32 {
        n
    }

    let (world, other) = (World::new(&RUNTIME), World::new(&CUT_OFF));
    for n in 0..50 {
        assert_eq!(corrupted(n), n);
        world.redis.corrupt(&corrupted::key(n), b"poison");
        assert_eq!(corrupted(n), n);
    }
    assert_eq!(undecodable("corrupted"), 50);
    assert_eq!(world.events.names(), [""; 0]);
    assert_eq!(RUNTIME.health().breaker(), Some("closed"));
    assert_eq!(RUNTIME.health().breaker_failures(), 0);
    let failed = [("function", "corrupted"), ("operation", "get"), ("success", "false")];
    assert_eq!(counted("cache_operations_total", &failed), 0);

    other.outage();
    assert_eq!(cut_off(1), 1);
    assert_eq!(undecodable("cut_off"), 0);
    let failed = [("function", "cut_off"), ("operation", "get"), ("success", "false")];
    assert_eq!(counted("cache_operations_total", &failed), 1);
}

/// A14: a cached `None`, `()` and empty vector are hits.
#[test]
fn nothing_is_a_value_too() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, cache_none, runtime = RUNTIME)]
    fn none(n: u32) -> Result<Option<u32>, Failure> {
        let _ = n;
        RUNS.again();
        Ok(None)
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn unit() -> Result<(), Failure> {
        RUNS.again();
        Ok(())
    }

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn empty() -> Vec<u8> {
        RUNS.again();
        Vec::new()
    }

    let _world = World::new(&RUNTIME);
    for _ in 0..2 {
        assert_eq!(none(1).expect("the server is there"), None);
        unit().expect("the server is there");
        assert!(empty().is_empty());
    }
    assert_eq!(RUNS.count(), 3);
}

/// A2: an undecodable L1 entry sends the read on to L2, not to the body.
#[test]
fn an_undecodable_l1_entry_is_read_from_l2() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "encoded", name = "encoded_l1", runtime = RUNTIME)]
    fn encoded(n: u32) -> u32 {
        RUNS.again();
        n
    }

    let _world = World::new(&RUNTIME);
    assert_eq!(encoded(1), 1);
    assert_eq!(encoded::detailed(1).source, Source::L1);
    cachekit::testing::corrupt_l1(encoded::SPEC, |bytes| bytes[100] ^= 1);
    let answer = encoded::detailed(1);
    assert_eq!((answer.value, answer.source), (1, Source::L2));
    assert_eq!(encoded::detailed(1).source, Source::L1);
    assert_eq!(RUNS.count(), 1);
    let l1 = [("function", "encoded_l1"), ("tier", "l1")];
    assert_eq!(counted("cache_get_deserialize", &l1), 1);
    assert_eq!(undecodable("encoded_l1"), 1);
}

//! Keys of ours whose contents somebody else wrote: poison of that key, and of nothing else.

use cachekit::{Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World};

use super::seal::{counted, keyed};

fn rejected(function: &str) -> usize {
    counted("cache_get_deserialize", &[("function", function)])
}

/// The keys of a function's generations.
fn generations(world: &World, function: &str) -> Vec<String> {
    let mut keys = world.redis.keys("ck");
    keys.retain(|key| key.contains(&format!(":g:{function}.")));
    assert!(!keys.is_empty(), "the function has generations");
    keys
}

/// What somebody may leave at a key of a generation.
const AT_A_GENERATION: [&[&str]; 5] = [
    &["LPUSH", "x"],
    &["HSET", "f", "x"],
    &["SET", ""],
    &["SET", "no generation, which has sixteen bytes in digits of base sixteen"],
    &["SETRANGE", "1048576", "x"],
];

fn leave(world: &World, key: &str, what: &[&str]) {
    world.redis.tell(&["DEL", key]);
    let command: Vec<_> = [what[0], key].into_iter().chain(what[1..].iter().copied()).collect();
    world.redis.tell(&command);
}

/// K10: what is no generation is removed and counted, and takes no other function away.
#[test]
fn what_is_at_a_generation_and_is_none_is_poison_of_that_key() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, tenant = &(n % 2), name = "generated", runtime = RUNTIME)]
    fn plain(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "generated_sealed", runtime = RUNTIME)]
    fn sealed(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "bystander", runtime = RUNTIME)]
    fn bystander(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    for n in 0..4 {
        plain(n).and_then(|_| sealed(n)).and_then(|_| bystander(n)).expect("the server is there");
    }
    let (plain_keys, sealed_keys) =
        (generations(&world, "generated"), generations(&world, "generated_sealed"));
    let both = [("generated", plain_keys), ("generated_sealed", sealed_keys)];
    for (function, keys) in &both {
        let call =
            |n| if *function == "generated" { plain::detailed(n) } else { sealed::detailed(n) };
        for (key, what) in keys.iter().flat_map(|key| AT_A_GENERATION.map(|what| (key, what))) {
            leave(&world, key, what);
            let before = rejected(function);
            for n in 0..4 {
                assert_eq!(call(n).expect("the server is there").value, n, "{what:?} at {key}");
                assert!(bystander(n).is_ok(), "{what:?} at {key}");
            }
            assert_eq!(rejected(function), before + 1, "{what:?} at {key}");
            for n in 0..4 {
                let source = call(n).expect("the server is there").source;
                assert_eq!(source, Source::L2, "{what:?} at {key}");
            }
        }
    }
    // Changes by hand and their confirmations hold whatever is at the keys.
    for key in both.iter().flat_map(|(_, keys)| keys) {
        leave(&world, key, AT_A_GENERATION[0]);
    }
    plain::prime(1, 7).expect("it is confirmed");
    assert_eq!(plain(1).expect("the server is there"), 7);
    for key in both.iter().flat_map(|(_, keys)| keys) {
        leave(&world, key, AT_A_GENERATION[0]);
    }
    plain::invalidate_all().expect("it is confirmed");
    plain::invalidate(1).expect("it is confirmed");
    sealed::update(1, |value| *value += 1).expect("it is there or it is not");
    assert_eq!(plain(1).expect("the server is there"), 1);
    assert_eq!(world.events.names(), [""; 0], "no outage");
    assert_eq!(RUNTIME.health().availability(), "up");
}

/// K10: fields that nobody of ours wrote cost a bounded time, and go.
#[test]
fn fields_that_are_none_of_ours_hold_nothing_up_and_go() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "fielded", runtime = RUNTIME)]
    fn plain(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "fielded_sealed", runtime = RUNTIME)]
    fn sealed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    let (dots, digits) = (".".repeat(60_000), "9".repeat(60_000));
    let long = "f:".repeat(40_000);
    for key in [plain::key(1), sealed::key(1)] {
        let call = |n| if key == plain::key(1) { plain::detailed(n) } else { sealed::detailed(n) };
        call(1).expect("the server is there");
        let names: Vec<String> = world.redis.ask(&["HKEYS", &key]);
        let mark = names.iter().find(|name| name.starts_with("g:")).expect("a value has a mark");
        for (field, value) in [
            ("f:x", "999999999999999999999999999999"),
            ("f:x", "9999999999999999"),
            ("f:x", &digits),
            ("f:x", &format!("{digits}x")),
            (&long.replace("f:", "zz"), "1"),
            ("f:x", "soon"),
            ("g:x", &dots),
            ("g:x", "no mark"),
            (&long, "1"),
            (mark, &dots),
            (mark, &digits),
            (mark, "no mark"),
            (mark, "99999999999999999999.99999999999999999999"),
        ] {
            let what = (&field[..3], &value[..4.min(value.len())]);
            world.redis.tell(&["HSET", &key, field, value]);
            for _ in 0..2 {
                assert_eq!(call(1).expect("the server is there").value, 1, "{what:?}");
            }
            assert_eq!(call(1).expect("the server is there").source, Source::L2, "{what:?}");
            // Whoever fills the entry next leaves none of it.
            world.redis.tell(&["HDEL", &key, mark, &mark.replace("g:", "v:")]);
            assert_eq!(call(1).expect("the server is there").source, Source::Computed, "{what:?}");
            let left: Vec<(String, Vec<u8>)> = world.redis.ask(&["HGETALL", &key]);
            assert!(left.iter().all(|(name, _)| name != "f:x" && name != "g:x"), "{what:?}");
            assert!(left.iter().all(|(name, value)| name.len() + value.len() < 400), "{what:?}");
            let life = world.redis.ask::<i64>(&["PTTL", &key]);
            assert!((1..=4_000_000).contains(&life), "{what:?}: {life}");
        }
    }
    assert_eq!(world.events.names(), [""; 0], "no outage");
}

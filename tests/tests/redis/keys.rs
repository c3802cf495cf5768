//! Tenants and keys, as they are seen in Redis.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::thread;

use cachekit::{Source, cached};
use cachekit_tests::{Failure, RedisGuard, Runs, Slot, World};

/// D1, D2, D7: each tenant has entries, flights and a fallback of its own; no tenant is none of
/// them.
#[test]
fn tenants_share_nothing() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn of(t: Option<&str>, n: u32) -> String {
        let _ = n;
        RUNS.again();
        format!("{t:?}")
    }

    let tenants =
        [None, Some(""), Some("0"), Some("global"), Some("default"), Some("None"), Some("*")];
    let world = World::new(&RUNTIME);
    let each_its_own = |source: Source| {
        for t in tenants {
            let answer = of::detailed(t, 1);
            assert_eq!((answer.value, answer.source), (format!("{t:?}"), source));
        }
    };
    each_its_own(Source::Computed);
    each_its_own(Source::L1);
    let keys: HashSet<_> = tenants.iter().map(|t| of::key(*t, 1)).collect();
    assert_eq!(keys.len(), tenants.len());
    world.outage();
    of::invalidate_all().expect("degraded owes it");
    each_its_own(Source::Computed);
    each_its_own(Source::Fallback);
    assert_eq!(RUNS.count(), 2 * tenants.len());
}

/// D4: no interleaving of threads and tenants ever swaps two of them.
#[test]
fn no_interleaving_swaps_tenants() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn strict_name(t: &str) -> Result<String, Failure> {
        Ok(t.to_owned())
    }

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn degraded_name(t: &str) -> String {
        t.to_owned()
    }

    let _world = World::new(&RUNTIME);
    thread::scope(|scope| {
        for thread in 0..16 {
            scope.spawn(move || {
                for step in 0..200 {
                    let tenant = format!("tenant {}", (thread * 7 + step) % 20);
                    assert_eq!(strict_name(&tenant).expect("the server is there"), tenant);
                    assert_eq!(degraded_name(&tenant), tenant);
                }
            });
        }
    });
}

/// D11, C4: a key has a bounded length and shows nothing of an argument or a tenant.
#[test]
fn a_key_shows_no_argument_and_no_tenant() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn discreet(t: &str, text: &str) -> Result<usize, Failure> {
        let _ = t;
        Ok(text.len())
    }

    let world = World::new(&RUNTIME);
    let secret = "argument-text\r\n\0*".repeat(1 << 16);
    assert_eq!(discreet("tenant-text", &secret).expect("the server is there"), secret.len());
    let key = discreet::key("tenant-text", &secret);
    assert_eq!(world.redis.ask::<String>(&["TYPE", &key]), "hash", "the key is the entry's");
    for key in world.redis.keys("") {
        assert!(key.len() <= 256, "{key}");
        assert!(key.is_ascii() && !key.contains(char::is_whitespace), "{key}");
        for text in ["argument-text", "tenant-text"] {
            assert!(!key.contains(text), "{key}");
        }
    }
}

/// D5, D12: distinct arguments have distinct keys, and equal ones have one.
#[test]
fn distinct_arguments_have_distinct_keys_and_equal_ones_one() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn two(a: &str, b: &str) -> Result<u32, Failure> {
        let _ = (a, b);
        Ok(0)
    }

    #[expect(clippy::option_option, reason = "that the two levels differ is what is tested")]
    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn nested(a: Option<Option<u8>>, b: &[&str], c: (u8, String)) -> Result<u32, Failure> {
        let _ = (a, b, c);
        Ok(0)
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn float(x: f64) -> Result<u32, Failure> {
        let _ = x;
        Ok(0)
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn map(m: HashMap<String, u32>, t: BTreeMap<u8, u8>) -> Result<u32, Failure> {
        let _ = (m, t);
        Ok(0)
    }

    let _world = World::new(&RUNTIME);
    let pairs = [
        ("ab", "c"),
        ("a", "bc"),
        ("", "abc"),
        ("abc", ""),
        ("a ", "bc"),
        ("a", " bc"),
        // Texts that hold what a text of no length begins with.
        ("a", "bs\0\0\0\0\0\0\0\0c"),
        ("as\0\0\0\0\0\0\0\0b", "c"),
    ];
    let keys: HashSet<_> = pairs.iter().map(|(a, b)| two::key(a, b)).collect();
    assert_eq!(keys.len(), pairs.len());

    let s = |text: &str| text.to_owned();
    let keys = [
        nested::key(None, &[], (0, s(""))),
        nested::key(Some(None), &[], (0, s(""))),
        nested::key(Some(Some(0)), &[], (0, s(""))),
        nested::key(None, &[""], (0, s(""))),
        nested::key(None, &["", ""], (0, s(""))),
        nested::key(None, &["a", "b"], (0, s(""))),
        nested::key(None, &["ab"], (0, s(""))),
        nested::key(None, &[], (0, s("\0"))),
    ];
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());

    assert_eq!(float::key(0.0), float::key(-0.0));
    assert_eq!(float::key(f64::NAN), float::key(-f64::NAN));
    assert_ne!(float::key(f64::MIN_POSITIVE), float::key(0.0));

    let ordered = |names: &[&str]| names.iter().map(|n| (s(n), 1)).collect::<HashMap<_, _>>();
    let names: Vec<_> = (0..50).map(|n| n.to_string()).collect();
    let forward: Vec<_> = names.iter().map(String::as_str).collect();
    let backward: Vec<_> = names.iter().rev().map(String::as_str).collect();
    let tree = BTreeMap::from([(1, 2)]);
    assert_eq!(map::key(ordered(&forward), tree.clone()), map::key(ordered(&backward), tree));
}

mod first {
    use super::{Failure, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "claimed_twice", runtime = RUNTIME)]
    pub(super) fn claims(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
}

mod second {
    use super::{Failure, cached, first::RUNTIME};

    #[cached(mode = "strict", ttl = 60, name = "claimed_twice", runtime = RUNTIME)]
    pub(super) fn claims(n: u32) -> Result<u32, Failure> {
        Ok(n + 1)
    }
}

/// D10: two functions that claim one name are an error that names both, never one shared entry.
#[test]
fn two_functions_that_claim_one_name_are_found() {
    let world = World::bare();
    let both = cachekit::Runtime::builder()
        .namespace("tests")
        .redis(world.chaos.url())
        .functions([first::claims::SPEC, second::claims::SPEC])
        .build()
        .expect_err("they claim one name");
    assert!(both.is_config(), "{both}");
    for name in ["first::claims", "second::claims"] {
        assert!(both.to_string().contains(name), "{name} is missing in: {both}");
    }
    first::RUNTIME.set(world.runtime(|builder| builder));
    assert_eq!(first::claims(1).expect("the first to come has the name"), 1);
    let error = second::claims(1).expect_err("the second does not").cache();
    assert!(error.is_config(), "{error}");
}

/// D10: a module that a library and its program both declare is one function twice, and is told so.
#[test]
fn a_function_that_is_compiled_twice_is_told_to_be() {
    static RUNTIME: Slot = Slot::new();

    // As in two crates of one name, the two are alike in path, file and line.
    macro_rules! twice {
        () => {
            (
                {
                    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
                    fn compiled(n: u32) -> Result<u32, Failure> {
                        Ok(n)
                    }
                    compiled::SPEC
                },
                {
                    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
                    fn compiled(n: u32) -> Result<u32, Failure> {
                        Ok(n)
                    }
                    compiled::SPEC
                },
            )
        };
    }

    let world = World::bare();
    let (library, program) = twice!();
    let both = cachekit::Runtime::builder()
        .namespace("tests")
        .redis(world.chaos.url())
        .functions([library, program])
        .build()
        .expect_err("they are one");
    for part in ["::compiled", "keys.rs:", "is in this program twice", "`lib.rs`"] {
        assert!(both.to_string().contains(part), "{part} is missing in: {both}");
    }
}

/// D6: what a call stored is exactly what the companions of the same arguments reach.
#[test]
fn every_companion_reaches_exactly_what_the_call_stored() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn reached(a: u64, b: &str) -> u64 {
        a ^ b.len() as u64
    }

    let world = World::new(&RUNTIME);
    let arguments: Vec<_> = (0..100_u64)
        .map(|n| {
            (
                n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                "x".repeat((n % 7).try_into().expect("below seven")),
            )
        })
        .collect();
    for (a, b) in &arguments {
        reached(*a, b);
    }
    let entries = || world.redis.keys("ck2:").iter().filter(|key| key.contains(":e:")).count();
    for (done, (a, b)) in arguments.iter().enumerate() {
        assert_eq!(entries(), arguments.len() - done);
        assert!(reached::peek(*a, b).expect("the server is there").is_some());
        reached::invalidate(*a, b).expect("the server is there");
        assert_eq!(reached::peek(*a, b).expect("the server is there"), None);
    }
    assert_eq!(entries(), 0);
}

/// D15, N1: two monomorphisations never share an entry, in either tier.
#[test]
fn two_monomorphisations_never_share_an_entry() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn size<T: 'static, const N: usize>(n: u32) -> usize {
        let _ = n;
        size_of::<T>() * N
    }

    let world = World::new(&RUNTIME);
    for _ in 0..2 {
        assert_eq!((size::<u8, 1>(0), size::<u16, 1>(0), size::<u8, 3>(0)), (1, 2, 3));
    }
    let entries: Vec<_> =
        world.redis.keys("ck2:").into_iter().filter(|key| key.contains(":e:")).collect();
    assert_eq!(entries.len(), 3, "{entries:?}");
}

/// D9: the sixteen buckets of a namespace lie in sixteen equal parts of a Cluster's slots, with the
/// tags that the page on keys lists.
#[test]
fn each_bucket_lies_in_its_own_sixteenth_of_a_clusters_slots() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, namespace = "default", runtime = RUNTIME)]
    fn spread(n: u32) -> u32 {
        n
    }

    let _world = World::new(&RUNTIME);
    let cluster = RedisGuard::of_cluster();
    let slots: BTreeMap<_, _> = (0..400)
        .map(|n| {
            let key = spread::key(n);
            let tag = key[key.find('{').expect("a tag")..=key.find('}').expect("a tag")].to_owned();
            let slot: u16 = cluster.ask(&["CLUSTER", "KEYSLOT", &key]);
            (tag, slot)
        })
        .collect();
    let documented: BTreeMap<_, _> = include_str!("../../../docs/keys.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
        .filter(|(tag, _)| tag.starts_with("{default:"))
        .map(|(tag, slot)| (tag.to_owned(), slot.parse().expect("a slot")))
        .collect();
    assert_eq!(slots, documented);
    // In the order of their tags: of the buckets 0 to f.
    let sixteenths: Vec<_> = slots.values().map(|slot| slot / 1024).collect();
    assert_eq!(sixteenths, (0..16).collect::<Vec<_>>());
}

/// D13: what belongs to the context is part of the key, and a new `version` misses the old entry.
#[test]
fn context_and_version_are_part_of_what_is_found() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, key = (n, policy), name = "context", runtime = RUNTIME)]
    fn decided(n: u32, policy: u32) -> Result<u32, Failure> {
        Ok(n * policy)
    }

    #[cached(mode = "strict", ttl = 60, name = "versioned", version = 1, runtime = RUNTIME)]
    fn old(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    /// The same function in a later deploy, on another node.
    #[cached(mode = "strict", ttl = 60, name = "versioned", version = 2, runtime = PEER)]
    fn new(n: u32) -> Result<u32, Failure> {
        Ok(n * 100)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(decided(2, 10).expect("the server is there"), 20);
    assert_eq!(decided(2, 11).expect("the server is there"), 22);
    assert_ne!(decided::key(2, 10), decided::key(2, 11));

    PEER.set(world.runtime(|builder| builder));
    assert_eq!(old(1).expect("the server is there"), 1);
    assert_eq!(new::detailed(1).expect("the server is there").source, Source::Computed);
    assert_eq!(new::detailed(1).expect("the server is there").source, Source::L2);
    assert_eq!(new(1).expect("the server is there"), 100);
    assert_eq!(old::detailed(1).expect("the server is there").source, Source::L2);
    assert_eq!(world.redis.values(&old::key(1)).len(), 2, "one entry, a value for each version");
}

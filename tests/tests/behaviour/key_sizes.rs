//! What keys come to in this process: `max_bytes` counts them, and one that is too long is not kept.

use std::collections::HashMap;

use cachekit::testing::Memory;
use cachekit::{CacheKey, Runtime, Source, cached};
use cachekit_tests::{Events, Runs, Slot};

const MAX: usize = 1 << 20;

/// The bytes of every key here.
const WIDE: usize = 20_000;

fn wide(n: usize) -> String {
    format!("{n:0>WIDE$}")
}

/// A type of which nothing is known but its `Hash`.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Plain {
    id: u64,
    texts: Vec<String>,
}

#[derive(CacheKey)]
enum Derived {
    Named { text: String },
}

/// E13: whatever a key is made of, and although the values weigh nothing.
#[test]
fn max_bytes_counts_keys() {
    #[cached(max_bytes = MAX, weigh = |_| 0)]
    fn text(text: &str) -> usize {
        text.len()
    }

    #[cached(max_bytes = MAX, weigh = |_| 0, key = n, tenant = t)]
    fn tenants(t: &str, n: u32) -> usize {
        t.len()
    }

    #[cached(max_bytes = MAX, weigh = |_| 0)]
    fn plain(plain: &Plain) -> u64 {
        plain.id
    }

    #[cached(max_bytes = MAX, weigh = |_| 0)]
    fn derived(derived: &Derived) -> usize {
        let Derived::Named { text } = derived;
        text.len()
    }

    #[cached(max_bytes = MAX, weigh = |_| 0)]
    fn map(map: &HashMap<String, Option<Vec<u8>>>) -> usize {
        map.len()
    }

    #[cached(l1 = "encoded", max_bytes = MAX)]
    fn encoded(pair: &(u8, Vec<Box<str>>)) -> u8 {
        pair.0
    }

    for n in 0..1_000 {
        text(&wide(n));
        tenants(&wide(n), 7);
        plain(&Plain { id: 7, texts: vec![wide(n)] });
        derived(&Derived::Named { text: wide(n) });
        map(&HashMap::from([(wide(n)[WIDE / 2..].to_owned(), Some(vec![0; WIDE / 2]))]));
        encoded(&(7, vec![wide(n).into()]));
    }
    for stats in [
        text::stats(),
        tenants::stats(),
        plain::stats(),
        derived::stats(),
        map::stats(),
        encoded::stats(),
    ] {
        let keys = stats.entries * WIDE;
        assert!(keys <= MAX && keys > MAX / 2, "{stats:?}");
        assert!(stats.bytes >= keys, "{stats:?}");
    }
}

/// E13: a key of more than 64 KiB is in nobody's memory, and that is told once.
#[test]
fn a_key_that_is_too_long_is_not_kept_in_memory() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn shared(text: &str) -> usize {
        RUNS.again();
        text.len()
    }

    #[cached(runtime = RUNTIME)]
    fn local(text: &str) -> usize {
        text.len()
    }

    let (memory, events) = (Memory::new(), Events::default());
    let runtime = Runtime::builder().backend(memory.clone()).on_event(events.listener());
    RUNTIME.set(runtime.build().expect("the tier is there"));
    let (fits, long) = ("x".repeat(64 << 10), "x".repeat((64 << 10) + 1));

    let sources = |text: &str| [shared::detailed(text).source, shared::detailed(text).source];
    assert_eq!(sources(&fits), [Source::Computed, Source::L1]);
    assert_eq!(sources(&long), [Source::Computed, Source::L2]);
    assert_eq!(sources(&long), [Source::L2; 2]);
    assert_eq!(events.names(), ["KEY_TOO_LONG"]);
    assert_eq!([&fits, &long].map(|text| local(text) + local(text)), [131_072, 131_074]);
    assert_eq!((local::stats().entries, local::stats().hits), (1, 1));
    assert_eq!(events.names(), ["KEY_TOO_LONG"; 2], "once a function");
    assert!(events.lines()[0].contains("`shared`") || events.lines()[0].contains("::shared`"));
    assert!(!events.lines()[0].contains("xxx"), "no argument is told");

    shared::prime(&long, 1).expect("the tier is there");
    assert_eq!(shared::detailed(&long).source, Source::L2);
    memory.kill();
    let runs = RUNS.count();
    assert_eq!(sources(&fits.replace('x', "y")), [Source::Computed, Source::Fallback]);
    assert_eq!(sources(&long), [Source::Computed; 2]);
    assert_eq!(RUNS.count(), runs + 3);
}

/// E13: a deployment sets another bound.
#[test]
fn a_runtime_says_how_long_keys_may_be() {
    static RUNTIME: Slot = Slot::new();

    #[cached(runtime = RUNTIME)]
    fn bounded(text: &str) -> usize {
        text.len()
    }

    let events = Events::default();
    let runtime = Runtime::builder().max_key_bytes(10).on_event(events.listener());
    RUNTIME.set(runtime.build().expect("nothing to reach"));
    for text in ["ten bytes.", "eleven byte"] {
        bounded(text);
        bounded(text);
    }
    assert_eq!((bounded::stats().entries, bounded::stats().hits), (1, 1));
    let update = bounded::update("ten bytes.", |value| *value = 0);
    assert_eq!(update.expect("nothing to reach"), Some(0));
    assert_eq!(events.names(), ["KEY_TOO_LONG"]);
}

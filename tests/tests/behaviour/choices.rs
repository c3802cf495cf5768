//! Options that ask the value or the call: its life, its weight, whether it is kept, whether it is looked for.

use std::time::Duration;

use cachekit::testing::{ManualClock, Memory};
use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Runs, Slot};

#[derive(Debug, Clone, PartialEq)]
struct Token {
    id: u32,
    seconds: u64,
}

impl Token {
    fn life(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// F11: a value may say how long it lives, and the stated ttl bounds what it says.
#[test]
fn a_value_says_how_long_it_lives() {
    static RUNTIME: Slot = Slot::new();

    #[cached(ttl_of = Token::life, runtime = RUNTIME)]
    fn issued(id: u32, seconds: u64) -> Option<Token> {
        Some(Token { id, seconds })
    }

    #[cached(ttl = 10, ttl_of = |token| token.life(), runtime = RUNTIME)]
    fn bounded(id: u32, seconds: u64) -> Token {
        Token { id, seconds }
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    let short = || (issued::detailed(1, 5).source, bounded::detailed(1, 5).source);
    let long = || (issued::detailed(2, 50).source, bounded::detailed(2, 50).source);
    assert_eq!(
        (short(), long()),
        ((Source::Computed, Source::Computed), (Source::Computed, Source::Computed))
    );
    clock.advance(Duration::from_secs(4));
    assert_eq!((short(), long()), ((Source::L1, Source::L1), (Source::L1, Source::L1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!((short(), long()), ((Source::Computed, Source::Computed), (Source::L1, Source::L1)));
    clock.advance(Duration::from_secs(5));
    assert_eq!(long(), (Source::L1, Source::Computed), "`ttl` bounds what a value says");
}

/// F11: an ordinary call looks at the life that the value said.
#[test]
fn a_call_is_not_served_what_has_ended_by_its_own_word() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(ttl_of = |_| Duration::from_secs(5), runtime = RUNTIME)]
    fn brief(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    assert_eq!((brief(1), brief(1)), (1, 1));
    clock.advance(Duration::from_secs(5));
    assert_eq!(brief(1), 2);
}

/// F11: a value whose life is over before it began is returned and not kept.
#[test]
fn a_value_without_any_life_is_not_kept() {
    static RUNS: Runs = Runs::new();

    #[cached(ttl_of = |seconds: &u64| Duration::from_secs(*seconds))]
    fn fleeting(seconds: u64) -> u64 {
        RUNS.again();
        seconds
    }

    assert_eq!((fleeting(0), fleeting(0)), (0, 0));
    assert_eq!(RUNS.count(), 2);
    assert_eq!(fleeting::stats().entries, 0);
}

/// F8, F11: what is stated for a cached `None` or `Err` holds, and the value is asked otherwise.
#[test]
fn a_negative_entry_has_the_life_that_is_stated_for_it() {
    static RUNTIME: Slot = Slot::new();

    #[cached(ttl_of = |found| found.map_or(Duration::from_secs(3), Duration::from_secs), cache_none, runtime = RUNTIME)]
    fn asked(seconds: u64) -> Option<u64> {
        (seconds > 0).then_some(seconds)
    }

    #[cached(ttl_of = |_| Duration::from_secs(1), negative_ttl = 2, cache_none, runtime = RUNTIME)]
    fn stated(seconds: u64) -> Option<u64> {
        (seconds > 0).then_some(seconds)
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    let sources = || (asked::detailed(0).source, stated::detailed(0).source);
    assert_eq!(sources(), (Source::Computed, Source::Computed));
    clock.advance(Duration::from_secs(1));
    assert_eq!(sources(), (Source::L1, Source::L1), "one is stated two seconds");
    clock.advance(Duration::from_secs(1));
    assert_eq!(sources(), (Source::L1, Source::Computed));
    clock.advance(Duration::from_secs(1));
    assert_eq!(sources(), (Source::Computed, Source::L1));
}

/// F7: jitter shortens lives, each by another part, and lengthens none.
#[test]
fn jitter_spreads_the_ends_of_what_was_made_together() {
    static RUNTIME: Slot = Slot::new();

    #[cached(ttl = 100, jitter = 0.5, runtime = RUNTIME)]
    fn spread(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    (0..1_000).for_each(|n| assert_eq!(spread(n), n));
    clock.advance(Duration::from_millis(49_999));
    assert_eq!(spread::stats().entries, 1_000, "half of the life is sure");
    clock.advance(Duration::from_millis(25_001));
    let left = spread::stats().entries;
    assert!((300..=700).contains(&left), "about half of them have ended, and {left} have not");
    clock.advance(Duration::from_secs(25));
    assert_eq!(spread::stats().entries, 0, "none outlives its ttl");
}

/// E4: L1 is bounded by bytes, and by entries beside them.
#[test]
fn l1_never_holds_more_than_max_bytes() {
    const MAX: usize = 1 << 20;

    #[cached(max_bytes = MAX, weigh = |text: &String| text.len())]
    fn text(n: usize) -> String {
        "x".repeat(n % 7 * 1_000)
    }

    #[cached(max_bytes = MAX, max_size = 40, weigh = String::len)]
    fn few(n: usize) -> String {
        "x".repeat(n % 7 * 1_000)
    }

    let held = |peek: &dyn Fn(usize) -> Option<String>| {
        (0..3_000).filter_map(peek).map(|text| text.len()).sum::<usize>()
    };
    for n in 0..3_000 {
        assert_eq!((text(n).len(), few(n).len()), (n % 7 * 1_000, n % 7 * 1_000));
        assert!(few::stats().entries <= 40);
    }
    let all = held(&|n| text::peek(n).expect("nothing to reach"));
    assert!(all <= MAX, "{all} bytes are held");
    assert!(all > MAX / 2, "only {all} bytes are held");
    assert!(text::stats().bytes >= all, "{:?}", text::stats());
    assert!(text::stats().evictions > 0);
    let entries = few::stats().entries;
    assert!(entries > 20, "{entries} entries are held");
    assert!(held(&|n| few::peek(n).expect("nothing to reach")) <= MAX);
}

/// E4: encoded entries weigh their bytes.
#[test]
fn an_encoded_l1_is_bounded_by_its_bytes() {
    const MAX: usize = 256 << 10;

    #[cached(l1 = "encoded", max_bytes = MAX)]
    fn sealed(n: usize) -> Vec<u32> {
        vec![u32::MAX - 1; n % 5 * 300]
    }

    (0..2_000).for_each(|n| assert_eq!(sealed(n).len(), n % 5 * 300));
    let held: usize = (0..2_000)
        .filter_map(|n| sealed::peek(n).expect("nothing to reach"))
        .map(|values| size_of_val(values.as_slice()))
        .sum();
    assert!(held <= MAX && held > MAX / 3, "{held} bytes are held");
}

/// E4: without `weigh`, what a value has in L2 is what it weighs, in an outage too.
#[test]
fn a_value_with_a_stored_form_weighs_what_is_stored() {
    const MAX: usize = 1 << 18;
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, max_bytes = MAX, runtime = RUNTIME)]
    fn text(n: usize) -> String {
        "x".repeat(n % 7 * 1_000)
    }

    let memory = Memory::new();
    let runtime = Runtime::builder().backend(memory.clone()).on_event(|_| ());
    RUNTIME.set(runtime.build().expect("the tier is there"));
    // The fallback has a table of its own, beside L1's.
    for tables in [1, 2] {
        if tables == 2 {
            memory.kill();
        }
        (0..1_000).for_each(|n| assert_eq!(text(n).len(), n % 7 * 1_000));
        let entries = text::stats().entries;
        let fit = tables * 30..tables * 200;
        assert!(fit.contains(&entries), "{entries} entries of three thousand bytes in {MAX}");
    }
}

/// E10: what weighs more than one entry may is returned and not kept; its predecessor goes.
#[test]
fn a_value_above_its_share_is_not_kept_and_its_predecessor_is_dropped() {
    #[cached(max_bytes = 64 << 10, weigh = |text| text.len(), key = n)]
    fn changed(n: u32, length: usize) -> String {
        format!("{n}{}", "x".repeat(length))
    }

    let held = |n| changed::peek(n).expect("nothing to reach").map(|text| text.len());
    assert_eq!(changed(4, 60 << 10).len(), 1 + (60 << 10));
    assert_eq!(changed(5, 6 << 10).len(), 1 + (6 << 10), "a sixteenth is four thousand");
    assert_eq!(changed::stats().entries, 0);
    assert_eq!(changed(1, 10).len(), 11);
    assert_eq!(changed(2, 10).len(), 11);
    assert_eq!(changed::stats().entries, 2);
    assert_eq!(changed::refresh(1, 60 << 10).len(), 1 + (60 << 10));
    assert_eq!(held(1), None, "the smaller predecessor is not the answer any more");
    assert_eq!(held(2), Some(11));
    let updated = changed::update(2, |text| *text = "y".repeat(60 << 10));
    assert_eq!(updated.expect("it has no L2").map(|text| text.len()), Some(60 << 10));
    assert_eq!(held(2), None);
    changed::prime(3, "small".to_owned()).expect("nothing to reach");
    changed::prime(3, "z".repeat(60 << 10)).expect("nothing to reach");
    assert_eq!(held(3), None);
}

/// N9: `cache_if` keeps what it chooses, of what the kind of return type would keep.
#[test]
fn what_is_not_chosen_passes_by_uncached() {
    static RUNS: Runs = Runs::new();

    #[cached(cache_if = |found| !matches!(found, Ok(Some(0))))]
    fn chosen(n: u32) -> Result<Option<u32>, String> {
        RUNS.again();
        match n {
            9 => Err("nine".to_owned()),
            8 => Ok(None),
            n => Ok(Some(n)),
        }
    }

    for (n, runs) in [(0, 2), (1, 1), (8, 2), (9, 2)] {
        let before = RUNS.count();
        assert_eq!(chosen(n), chosen(n));
        assert_eq!(RUNS.count() - before, runs, "argument {n}");
    }
    chosen::prime(0, 0).expect("nothing to reach");
    assert_eq!(
        chosen::detailed(0).map(|answer| answer.source),
        Ok(Source::L1),
        "a primed value was chosen by hand"
    );
}

/// N9: a call whose `force_refresh` holds runs the body and replaces what is stored.
#[test]
fn a_call_may_ask_for_a_new_value() {
    static RUNS: Runs = Runs::new();

    #[cached(skip(fresh), force_refresh = *fresh || n.len() > 3)]
    fn asked(n: &str, fresh: bool) -> usize {
        let _ = (n, fresh);
        RUNS.again()
    }

    assert_eq!((asked("a", false), asked("a", false)), (1, 1));
    assert_eq!((asked("a", true), asked("a", false)), (2, 2));
    assert_eq!(asked::detailed("a", true).source, Source::Computed);
    assert_eq!(asked("a", false), 3);
    assert_eq!((asked("long", false), asked("long", false)), (4, 5));
}

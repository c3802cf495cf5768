//! L1's bounds and lives.

use std::thread;
use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Runtime, Source, cached};
use cachekit_tests::Slot;

/// E4: L1 is bounded by entries.
#[test]
fn l1_never_holds_more_than_max_size() {
    #[cached(max_size = 100)]
    fn bounded(n: u32) -> u32 {
        n
    }

    for n in 0..5_000 {
        assert_eq!(bounded(n), n);
        assert!(bounded::stats().entries <= 100);
    }
    let stats = bounded::stats();
    assert!(stats.entries > 0 && stats.evictions >= 4_900, "{stats:?}");
}

/// E3: an overwrite of a key evicts nothing else.
#[test]
fn overwriting_one_key_evicts_nothing() {
    #[cached(max_size = 64)]
    fn full(n: u32) -> u32 {
        n
    }

    (0..64).for_each(|n| assert_eq!(full(n), n));
    let resident: Vec<_> =
        (0..64).filter(|n| full::peek(*n).is_ok_and(|held| held.is_some())).collect();
    let before = full::stats();
    for value in 0..1_000 {
        full::prime(resident[0], value).expect("nothing to reach");
    }
    for n in &resident[1..] {
        assert_eq!(full::peek(*n).expect("nothing to reach"), Some(*n), "entry {n}");
    }
    let after = full::stats();
    assert_eq!((after.evictions, after.entries), (before.evictions, before.entries));
}

/// E5: a look changes neither counters nor what is kept, and sees the same end of life.
#[test]
fn a_peek_counts_nothing_and_sees_no_expired_entry() {
    static RUNTIME: Slot = Slot::new();

    #[cached(ttl = 10, runtime = RUNTIME)]
    fn looked_at(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    assert_eq!(looked_at(1), 1);
    let before = looked_at::stats();
    assert_eq!(looked_at::peek(1).expect("nothing to reach"), Some(1));
    assert_eq!(looked_at::peek(2).expect("nothing to reach"), None);
    clock.advance(Duration::from_secs(10));
    assert_eq!(looked_at::peek(1).expect("nothing to reach"), None);
    let after = looked_at::stats();
    assert_eq!((after.calls, after.hits, after.misses), (before.calls, before.hits, before.misses));
}

/// E6: only unexpired entries are counted, without anybody asking for the others.
#[test]
fn only_unexpired_entries_are_counted() {
    static RUNTIME: Slot = Slot::new();

    #[cached(ttl = 10, runtime = RUNTIME)]
    fn aging(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    (0..5).for_each(|n| assert_eq!(aging(n), n));
    clock.advance(Duration::from_secs(6));
    (5..10).for_each(|n| assert_eq!(aging(n), n));
    clock.advance(Duration::from_secs(4));
    assert_eq!(aging::stats().entries, 5);
}

/// E7, F3: each function's own ttl ends its entries, at the boundary included.
#[test]
fn an_expired_entry_is_never_served_the_boundary_included() {
    static RUNTIME: Slot = Slot::new();
    const A_DAY: Duration = Duration::from_secs(86_400);

    #[cached(ttl = "1500ms", runtime = RUNTIME)]
    fn brief(n: u32) -> u32 {
        n
    }

    #[cached(ttl = A_DAY, runtime = RUNTIME)]
    fn long(n: u32) -> u32 {
        n
    }

    let clock = ManualClock::new();
    RUNTIME.set(Runtime::builder().clock(&clock).build().expect("nothing to reach"));
    assert_eq!((brief(1), long(1)), (1, 1));
    clock.advance(Duration::from_millis(1_499));
    let answer = brief::detailed(1);
    assert_eq!((answer.source, answer.age), (Source::L1, Some(Duration::from_millis(1_499))));
    clock.advance(Duration::from_millis(1));
    assert_eq!(brief::detailed(1).source, Source::Computed);
    assert_eq!(long::detailed(1).source, Source::L1);
}

/// E12: thirty-two threads on all operations at once break nothing.
#[test]
fn thirty_two_threads_on_all_operations_break_nothing() {
    #[cached(max_size = 50, tenant = t, skip(t))]
    fn busy(t: &str, n: u32) -> String {
        let _ = t;
        assert!(n != 13, "an unlucky body panics");
        n.to_string()
    }

    thread::scope(|scope| {
        for thread in 0..32_u32 {
            scope.spawn(move || {
                for step in 0..300_u32 {
                    let (t, n) = (["a", "b"][(step % 2) as usize], (step * 31 + thread) % 80);
                    match step % 11 {
                        0 => drop(busy::invalidate(t, n).expect("nothing to reach")),
                        1 => drop(busy::prime(t, n, n.to_string()).expect("nothing to reach")),
                        2 => drop(busy::update(t, n, |text| text.truncate(2))),
                        3 if step % 5 == 0 => drop(busy::invalidate_tenant(t)),
                        4 if step % 7 == 0 => drop(busy::invalidate_all()),
                        5 => assert!(busy::stats().entries <= 100),
                        6 if n != 13 => drop(busy::refresh(t, n)),
                        _ => match std::panic::catch_unwind(|| busy(t, n)) {
                            Ok(text) => assert_eq!(text, n.to_string()),
                            Err(_) => assert_eq!(n, 13),
                        },
                    }
                }
            });
        }
    });
    assert_eq!(busy("a", 7), "7");
    assert_eq!(cachekit::testing::flights(busy::SPEC), 0);
}

//! What happens to one key disturbs no other.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::catch_unwind;

use cachekit::cached;
use cachekit_tests::Runs;

/// I4: a conflict is one of the key; whatever is revoked of others meanwhile is none.
#[test]
fn what_is_invalidated_of_another_tenant_is_no_conflict() {
    #[cached(tenant = t, skip(t))]
    fn counted(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    #[cached(tenant = t, skip(t), l1 = "encoded")]
    fn encoded(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    assert_eq!((counted("a", 1), encoded("a", 1)), (1, 1));
    let mut tries = 0;
    let updated = counted::update("a", 1, |value| {
        tries += 1;
        counted::invalidate_tenant("b").expect("nothing to reach");
        *value += 1;
    });
    assert_eq!(updated.expect("nobody else changes it"), Some(2));
    let updated = encoded::update("a", 1, |value| {
        tries += 1;
        encoded::invalidate_tenant("b").expect("nothing to reach");
        *value += 1;
    });
    assert_eq!(updated.expect("nobody else changes it"), Some(2));
    assert_eq!(tries, 2, "one round each");
    assert_eq!((counted("a", 1), encoded("a", 1)), (2, 2));
}

/// I5: an update of what is revoked while it thinks brings nothing back.
#[test]
fn an_update_of_what_is_revoked_meanwhile_brings_nothing_back() {
    static RUNS: Runs = Runs::new();

    #[cached(tenant = t, skip(t))]
    fn revoked(t: &str, n: u64) -> u64 {
        let _ = t;
        RUNS.again();
        n
    }

    let revocations: [fn(); 3] = [
        || drop(revoked::invalidate("a", 1)),
        || drop(revoked::invalidate_tenant("a")),
        || drop(revoked::invalidate_all()),
    ];
    for revoke in revocations {
        revoked("a", 1);
        let updated = revoked::update("a", 1, |value| {
            revoke();
            *value += 1;
        });
        assert_eq!(updated.expect("it is no conflict"), None);
        assert_eq!(revoked::stats().entries, 0);
    }
    assert_eq!(RUNS.count(), 3);
}

/// E4, I1: an update that makes a value heavier keeps to the bound, and one that loses its entry to
/// the bound changes nothing.
#[test]
fn an_update_that_makes_a_value_heavier_keeps_to_the_bound() {
    const MAX: usize = 1 << 20;

    #[cached(max_bytes = MAX, weigh = |text: &String| text.len())]
    fn weighty(n: u32) -> String {
        n.to_string()
    }

    for n in 0..1_000 {
        weighty(n);
    }
    for n in 0..1_000 {
        let grown = weighty::update(n, |text| *text = "x".repeat(10_000));
        assert!(grown.expect("nobody else changes it").is_none_or(|text| text.len() == 10_000));
        assert!(weighty::stats().bytes <= 2 * MAX, "{}", weighty::stats().bytes);
    }
    let stats = weighty::stats();
    assert!(stats.entries <= MAX / 10_000 && stats.evictions > 800, "{stats:?}");
}

thread_local! {
    /// Whether comparing panics in this thread.
    static TOUCHY: Cell<bool> = const { Cell::new(false) };
}

/// A key whose `Eq` may panic.
#[derive(Clone)]
struct Touchy(u64);

impl Hash for Touchy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        assert!(!TOUCHY.get(), "comparing panics");
        self.0 == other.0
    }
}

impl Eq for Touchy {}

/// E12: a panic in `Eq` ends the operation that it is in, and nothing else.
#[test]
fn a_panic_in_the_eq_of_a_key_costs_no_other_key() {
    #[cached]
    fn asked(key: &Touchy) -> u64 {
        key.0
    }

    (0..100).for_each(|n| assert_eq!(asked(&Touchy(n)), n));
    let operations: [fn(u64); 5] = [
        |n| drop(asked::invalidate(&Touchy(n))),
        |n| drop(asked::prime(&Touchy(n), n)),
        |n| drop(asked::update(&Touchy(n), |value| *value += 1)),
        |n| assert_eq!(asked::refresh(&Touchy(n)), n),
        |n| assert_eq!(asked(&Touchy(n)), n),
    ];
    for operation in operations {
        for n in 0..100 {
            TOUCHY.set(true);
            let panicked = catch_unwind(|| operation(n)).is_err();
            TOUCHY.set(false);
            assert!(panicked, "the panic is the caller's");
        }
    }
    (0..1_000).for_each(|n| assert_eq!(asked(&Touchy(n)), n));
    assert_eq!(cachekit::testing::flights(asked::SPEC), 0);
}

//! The share of L1 that one tenant may fill.

use cachekit::{Stats, cached};

/// Entries of L1, and of one tenant in it.
const ALL: usize = 1_000;
const SHARE: usize = 250;

/// The keys of a quiet tenant, and of a noisy one, who asks for each several times in a row.
const QUIET: u64 = 200;
const NOISY: u64 = 5_000;

const ROUNDS: u32 = 20_000;

/// The share of hits among the quiet tenant's calls, in per cent, beside `noise` calls of another
/// between each two of them.
fn quiet_hits(call: impl Fn(&str, u64) -> u64, stats: impl Fn() -> Stats, noise: u64) -> f64 {
    let mut hits = 0;
    for round in (0..ROUNDS).map(u64::from) {
        for step in 0..noise {
            call("noisy", (round * noise + step) / 4 % NOISY);
        }
        let before = stats().l1;
        call("quiet", (round.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % QUIET);
        hits += stats().l1 - before;
    }
    100.0 * f64::from(u32::try_from(hits).expect("fewer than rounds")) / f64::from(ROUNDS)
}

/// D16.
#[test]
fn a_noisy_tenant_costs_another_at_most_a_point_of_its_hits() {
    #[cached(max_size = ALL, tenant_max_size = SHARE, tenant = t, skip(t))]
    fn fair(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    #[cached(max_size = ALL, tenant_max_size = SHARE, tenant = t, skip(t))]
    fn lone(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    #[cached(max_size = ALL, tenant = t, skip(t))]
    fn unfair(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    let alone = quiet_hits(lone, lone::stats, 0);
    let beside = quiet_hits(fair, fair::stats, 12);
    let without = quiet_hits(unfair, unfair::stats, 12);
    assert!(alone - beside <= 1.0, "{alone} % alone, {beside} % beside a noisy tenant");
    assert!(alone - without > 5.0, "the noise is heard where no share is stated: {without} %");
}

/// D16: whatever puts entries into L1.
#[test]
fn a_tenant_has_at_most_its_share_of_entries() {
    #[cached(max_size = ALL, tenant_max_size = 10, tenant = t, skip(t))]
    fn typed(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    #[cached(max_size = ALL, tenant_max_size = 10, tenant = t, skip(t), l1 = "encoded")]
    fn encoded(t: Option<&str>, n: u64) -> u64 {
        let _ = t;
        n
    }

    for n in 0..100 {
        typed("called", n);
        typed::prime("primed", n, n).expect("nothing to reach");
        typed::refresh("refreshed", n);
        encoded(Some("called"), n);
        encoded(None, n);
    }
    assert_eq!((typed::stats().entries, typed::stats().evictions), (30, 270));
    assert_eq!((encoded::stats().entries, encoded::stats().evictions), (20, 180));
    for n in 90..100 {
        assert_eq!(typed::peek("called", n).expect("nothing to reach"), Some(n), "the newest stay");
    }
    typed::invalidate_tenant("called").expect("nothing to reach");
    typed("called", 1);
    assert_eq!(typed::stats().entries, 21);
}

/// D16: an entry that is made anew takes no place of another.
#[test]
fn what_is_made_anew_over_and_over_displaces_nothing() {
    #[cached(max_size = ALL, tenant_max_size = 10, tenant = t, skip(t))]
    fn made(t: &str, n: u64) -> u64 {
        let _ = t;
        n
    }

    (0..10).for_each(|n| assert_eq!(made("a", n), n));
    for _ in 0..1_000 {
        made::invalidate("a", 0).expect("nothing to reach");
        made("a", 0);
        made::update("a", 1, |value| *value += 1).expect("nothing to reach");
    }
    assert_eq!((made::stats().entries, made::stats().evictions), (10, 0));
}

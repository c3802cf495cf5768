//! What takes as long however much there is of something else.

use std::time::Duration;

use cachekit::cached;
use cachekit_tests::timed;

/// Rounds of which the fastest counts, so that a busy machine is no growth.
const ROUNDS: usize = 20;

/// The fastest of some rounds.
pub(super) fn fastest(mut run: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| timed(&mut run).1);
    rounds.min().expect("there are rounds")
}

/// Prints how `many` compares with `few`, and holds it to `most`.
pub(super) fn compare(what: &str, few: Duration, many: Duration, most: f64) {
    let ratio = many.as_secs_f64() / few.as_secs_f64().max(1e-9);
    println!("{what}: {few:?}, then {many:?}: {ratio:.1} times, at most {most}");
    assert!(ratio <= most, "{what}: {ratio:.1} times, at most {most}");
}

const FEW: u32 = 1_000;
const MANY: u32 = 200_000;

/// C9: statistics take as long however many entries there are.
#[test]
fn statistics_of_many_entries_take_no_longer_than_of_few() {
    #[cached(ttl = 3600, max_size = 400_000)]
    fn few(n: u32) -> u32 {
        n
    }

    #[cached(ttl = 3600, max_size = 400_000)]
    fn many(n: u32) -> u32 {
        n
    }

    (0..FEW).for_each(|n| assert_eq!(few(n), n));
    (0..MANY).for_each(|n| assert_eq!(many(n), n));
    assert_eq!((few::stats().entries, many::stats().entries), (FEW as usize, MANY as usize));
    let of_few = fastest(|| assert_eq!(few::stats().errors, 0));
    let of_many = fastest(|| assert_eq!(many::stats().errors, 0));
    compare("stats() of 200 times the entries", of_few, of_many, 10.0);
}

/// D8: invalidating a tenant takes as long however many entries the others have.
#[test]
fn invalidating_a_tenant_takes_no_longer_beside_many_entries_of_others() {
    #[cached(tenant = t, skip(t), max_size = 400_000, l1 = "encoded")]
    fn few(t: &str, n: u32) -> u32 {
        let _ = t;
        n
    }

    #[cached(tenant = t, skip(t), max_size = 400_000, l1 = "encoded")]
    fn many(t: &str, n: u32) -> u32 {
        let _ = t;
        n
    }

    (0..FEW).for_each(|n| assert_eq!(few("others", n), n));
    (0..MANY).for_each(|n| assert_eq!(many("others", n), n));
    let of_few = fastest(|| {
        (0..10).for_each(|n| assert_eq!(few("own", n), n));
        few::invalidate_tenant("own").expect("nothing to reach");
    });
    let of_many = fastest(|| {
        (0..10).for_each(|n| assert_eq!(many("own", n), n));
        many::invalidate_tenant("own").expect("nothing to reach");
    });
    assert_eq!((few::stats().entries, many::stats().entries), (FEW as usize, MANY as usize));
    compare("invalidate_tenant() beside 200 times the entries", of_few, of_many, 10.0);
}

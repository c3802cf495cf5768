//! Tests of the simulator itself.

use super::{Plan, run};

/// V1: the same seed, the same bytes.
#[test]
fn a_seed_gives_the_same_bytes_each_time() {
    for seed in 0..40 {
        let [one, two] = [(); 2].map(|()| run(&Plan::of(seed), true));
        assert!(!one.trace.is_empty());
        assert_eq!(one.trace, two.trace, "seed {seed}");
        assert_eq!(one.fingerprint, two.fingerprint, "seed {seed}");
    }
}

/// V1: another seed, another run.
#[test]
fn seeds_differ() {
    let mut all: Vec<u64> = (0..40).map(|seed| run(&Plan::of(seed), false).fingerprint).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 40);
}

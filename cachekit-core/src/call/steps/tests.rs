//! Walks every path through the table.

use super::*;
use crate::policy::Policy;

const POLICIES: [Policy; 4] = [
    Policy::LOCAL,
    Policy::DEGRADED,
    Policy::STRICT,
    Policy { on_store_error: OnStoreError::Return, ..Policy::STRICT },
];

fn facts(step: Step) -> &'static [Fact] {
    use Fact as F;
    match step {
        Step::Join => &[F::Leads, F::Holds, F::Follows, F::Reenters],
        Step::Wait => {
            &[F::Filled, F::Shared, F::Refused, F::Handed, F::Alone, F::Again, F::Expired]
        }
        Step::Fetch => &[F::Hit, F::Miss, F::Away, F::Tampered],
        Step::Claim => &[F::Claimed, F::Away],
        Step::Compute => &[F::Kept, F::Passed],
        Step::Commit => &[F::Stored, F::Lost, F::TooLarge, F::Unfit, F::Withheld, F::Away],
        Step::Done(_) => &[],
    }
}

/// One walk from `Join` to an end.
struct Path {
    policy: Policy,
    intent: Intent,
    walk: Vec<(Step, Fact)>,
    end: End,
}

impl Path {
    fn has(&self, step: Step) -> usize {
        self.walk.iter().filter(|(taken, _)| *taken == step).count()
    }

    fn met(&self, fact: Fact) -> bool {
        self.walk.iter().any(|(_, met)| *met == fact)
    }
}

fn paths() -> Vec<Path> {
    let mut ended = Vec::new();
    for policy in POLICIES {
        for intent in [Intent::Read, Intent::Refresh] {
            let mut open = vec![(Steps::new(policy.l2, policy.on_store_error, intent), Vec::new())];
            while let Some((lookup, walk)) = open.pop() {
                let step = lookup.step();
                if let Step::Done(end) = step {
                    ended.push(Path { policy, intent, walk, end });
                    continue;
                }
                for fact in facts(step) {
                    let (mut lookup, mut walk) = (lookup, walk.clone());
                    lookup.advance(*fact);
                    walk.push((step, *fact));
                    open.push((lookup, walk));
                }
            }
        }
    }
    assert!(ended.len() > 500, "only {} paths", ended.len());
    ended
}

#[test]
fn the_body_runs_at_most_once_and_nobody_starts_over_for_ever() {
    for path in paths() {
        assert!(path.has(Step::Compute) <= 1, "{:?}", path.walk);
        assert!(path.has(Step::Join) <= 1 + usize::from(RESTARTS), "{:?}", path.walk);
    }
}

#[test]
fn a_local_function_never_meets_l2_and_never_refuses_on_its_own() {
    for path in paths().iter().filter(|path| path.policy.l2 == L2Use::Off) {
        for step in [Step::Fetch, Step::Claim, Step::Commit] {
            assert_eq!(path.has(step), 0, "{:?}", path.walk);
        }
        assert!(path.end != End::Refused || path.met(Fact::Refused), "{:?}", path.walk);
    }
}

/// A15.
#[test]
fn evidence_ends_the_call_before_anything_is_computed_or_stored() {
    for path in paths().iter().filter(|path| path.met(Fact::Tampered)) {
        assert_eq!(path.end, End::Refused, "{:?}", path.walk);
        for step in [Step::Claim, Step::Compute, Step::Commit] {
            assert_eq!(path.has(step), 0, "{:?}", path.walk);
        }
    }
}

#[test]
fn an_l2_that_is_required_and_away_before_the_body_means_the_body_does_not_run() {
    for path in paths().iter().filter(|path| path.policy.l2 == L2Use::Required) {
        let away = |step| path.walk.contains(&(step, Fact::Away));
        let returns = path.policy.on_store_error == OnStoreError::Return;
        if away(Step::Claim) && returns && path.intent == Intent::Read {
            // L2 answered the read: a store that fails early.
            let nowhere =
                End::Computed { retention: Retention::Nowhere, followers: Followers::Again };
            assert!([nowhere, End::Passed].contains(&path.end), "{:?}", path.walk);
        } else if away(Step::Fetch) || away(Step::Claim) {
            assert_eq!(path.end, End::Refused, "{:?}", path.walk);
            assert_eq!(path.has(Step::Compute), 0, "{:?}", path.walk);
        }
    }
}

#[test]
fn an_l2_that_is_preferred_never_refuses_on_its_own() {
    for path in paths().iter().filter(|path| path.policy.l2 == L2Use::Preferred) {
        let told = path.met(Fact::Refused) || path.met(Fact::Tampered);
        assert!(path.end != End::Refused || told, "{:?}", path.walk);
    }
}

#[test]
fn what_l2_did_not_accept_is_kept_at_most_for_the_outage() {
    for path in paths().iter().filter(|path| path.policy.l2 != L2Use::Off) {
        if let End::Computed { retention: Retention::Life, .. } = path.end {
            assert!(path.walk.ends_with(&[(Step::Commit, Fact::Stored)]), "{:?}", path.walk);
        }
        if let End::Computed { retention: Retention::Outage, .. } = path.end {
            assert!(path.met(Fact::Away), "{:?}", path.walk);
            assert_ne!(path.policy.l2, L2Use::Required, "{:?}", path.walk);
        }
    }
}

#[test]
fn a_value_that_an_invalidation_overtook_serves_the_leader_alone() {
    for path in paths().iter().filter(|path| path.met(Fact::Lost)) {
        let lone = End::Computed { retention: Retention::Nowhere, followers: Followers::Again };
        assert_eq!(path.end, lone, "{:?}", path.walk);
    }
}

#[test]
fn where_l2_is_the_authority_a_read_serves_only_calls_older_than_itself() {
    for path in paths() {
        if let End::Found { followers } = path.end {
            let required = path.policy.l2 == L2Use::Required;
            assert_eq!(followers == Followers::Early, required, "{:?}", path.walk);
        }
    }
}

#[test]
fn a_refresh_reads_nothing() {
    for path in paths().iter().filter(|path| path.intent == Intent::Refresh) {
        assert_eq!(path.has(Step::Fetch), 0, "{:?}", path.walk);
    }
}

#[test]
fn what_runs_beside_a_flight_is_kept_nowhere() {
    for path in paths() {
        if path.met(Fact::Reenters) || path.met(Fact::Expired) {
            let kept = matches!(
                path.end,
                End::Computed { retention: Retention::Life | Retention::Outage, .. }
            );
            assert!(!kept, "{:?}", path.walk);
        }
    }
}

/// The cache is off: the body is the first step, and nothing comes after it but the end.
#[test]
fn a_call_while_the_cache_is_off_computes_and_stores_nothing() {
    for policy in POLICIES {
        for intent in [Intent::Read, Intent::Refresh] {
            for (fact, kept) in [(Fact::Kept, true), (Fact::Passed, false)] {
                let mut steps = Steps::off(policy.l2, policy.on_store_error, intent);
                assert_eq!(steps.step(), Step::Compute);
                let Step::Done(end) = steps.advance(fact) else { panic!("it goes on") };
                let nowhere = matches!(end, End::Computed { retention: Retention::Nowhere, .. });
                assert_eq!((nowhere, end == End::Passed), (kept, !kept));
                assert_eq!(steps.away(), policy.l2 != L2Use::Off);
            }
        }
    }
}

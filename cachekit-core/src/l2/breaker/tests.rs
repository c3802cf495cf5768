//! Each rule of the breaker, one test a rule.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn breaker() -> (Breaker, Instant) {
    let thresholds = Thresholds { failures: 3, recovery: 30 * SECOND, probes: 2 };
    (Breaker::new(thresholds), crate::time::clock::now())
}

fn settle(breaker: &mut Breaker, verdict: Verdict, now: Instant) -> Option<Edge> {
    let permit = breaker.admit(now).expect("admitted");
    breaker.settle(permit, verdict, now)
}

fn open(breaker: &mut Breaker, now: Instant) {
    for _ in 0..3 {
        settle(breaker, Verdict::Failed, now);
    }
    assert_eq!(breaker.read().state, "open");
}

/// K2.
#[test]
fn it_opens_at_failures_in_a_row_and_a_success_starts_the_count_anew() {
    let (mut breaker, now) = breaker();
    let verdicts = [Verdict::Failed, Verdict::Failed, Verdict::Answered, Verdict::Failed];
    for verdict in verdicts {
        settle(&mut breaker, verdict, now);
    }
    settle(&mut breaker, Verdict::Failed, now);
    assert_eq!(breaker.read().state, "closed");
    assert_eq!(settle(&mut breaker, Verdict::Failed, now), Some(Edge::Opened));
}

/// K3.
#[test]
fn an_open_breaker_admits_nobody_until_its_time_is_over() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    assert!(breaker.admit(now + 29 * SECOND).is_none());
}

/// K4.
#[test]
fn it_half_opens_by_itself_when_a_caller_asks_after_the_recovery_time() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    assert!(breaker.admit(now + 30 * SECOND).is_some());
    assert_eq!(breaker.read().state, "half_open");
}

/// K6.
#[test]
fn half_open_it_admits_as_many_as_it_has_probes_and_closes_after_as_many_successes() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    let later = now + 30 * SECOND;
    let first = breaker.admit(later).expect("a probe");
    let second = breaker.admit(later).expect("a probe");
    assert!(breaker.admit(later).is_none());
    assert_eq!(breaker.settle(first, Verdict::Answered, later), None);
    assert_eq!(breaker.settle(second, Verdict::Answered, later), Some(Edge::Closed));
}

/// K7.
#[test]
fn any_failure_while_half_open_opens_it_again_and_restarts_its_time() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    let later = now + 30 * SECOND;
    assert_eq!(settle(&mut breaker, Verdict::Answered, later), None);
    assert_eq!(settle(&mut breaker, Verdict::Failed, later), Some(Edge::Opened));
    assert!(breaker.admit(later + 29 * SECOND).is_none());
    assert!(breaker.admit(later + 30 * SECOND).is_some());
}

/// K9.
#[test]
fn a_probe_that_is_given_up_returns_its_place() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    let later = now + 30 * SECOND;
    for _ in 0..10 {
        settle(&mut breaker, Verdict::GivenUp, later);
    }
    assert_eq!(breaker.read().state, "half_open");
    assert!(breaker.admit(later).is_some());
}

/// K9.
#[test]
fn what_comes_of_an_earlier_cycle_settles_nothing() {
    let (mut breaker, now) = breaker();
    let early = breaker.admit(now).expect("admitted");
    open(&mut breaker, now);
    let later = now + 30 * SECOND;
    let probe = breaker.admit(later).expect("a probe");
    breaker.settle(early, Verdict::Failed, later);
    assert_eq!(breaker.read().state, "half_open");
    breaker.settle(early, Verdict::Answered, later);
    assert_eq!(breaker.read().successes, 0);
    breaker.settle(probe, Verdict::Answered, later);
}

/// K13, K14.
#[test]
fn reading_changes_nothing_and_rejections_are_not_openings() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    for _ in 0..100 {
        assert!(breaker.admit(now).is_none());
        assert_eq!(breaker.read(), breaker.read());
    }
    assert_eq!(breaker.read().opened, 1);
    assert_eq!(breaker.read().last_failure, Some(now));
}

/// K18.
#[test]
fn failures_of_tries_that_were_out_together_count_once() {
    let (mut breaker, now) = breaker();
    let permits: Vec<_> = (0..100).filter_map(|_| breaker.admit(now)).collect();
    for permit in permits {
        assert_eq!(breaker.settle(permit, Verdict::Failed, now), None);
    }
    assert_eq!(breaker.read().failures, 1);
}

/// K5.
#[test]
fn a_success_seen_by_other_means_closes_it() {
    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    assert_eq!(breaker.close(), Some(Edge::Closed));
    assert_eq!(breaker.close(), None);
    assert!(breaker.admit(now).is_some());
}

/// K8.
#[test]
fn however_many_ask_at_once_no_more_try_than_it_has_probes() {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    let (mut breaker, now) = breaker();
    open(&mut breaker, now);
    let later = now + breaker.thresholds.recovery;
    let probes = breaker.thresholds.probes as usize;
    let (breaker, trying) = (Mutex::new(breaker), AtomicUsize::new(0));
    let lock = || breaker.lock().expect("no panic");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let Some(permit) = lock().admit(later) else { continue };
                    let now_trying = trying.fetch_add(1, Ordering::SeqCst) + 1;
                    assert!(now_trying <= probes, "{now_trying} at once");
                    std::thread::yield_now();
                    trying.fetch_sub(1, Ordering::SeqCst);
                    // Never closes, so that it stays half open.
                    lock().settle(permit, Verdict::GivenUp, later);
                }
            });
        }
    });
}

/// K6: what answers by other means is tried before it counts as mended.
#[test]
fn a_prober_opens_it_half_and_its_tries_close_it() {
    let (mut breaker, start) = breaker();
    assert_eq!(breaker.half_open(), 0, "a closed breaker asks for no tries");
    open(&mut breaker, start);
    assert_eq!(breaker.half_open(), 2, "whatever is left of its recovery time");
    assert_eq!(settle(&mut breaker, Verdict::Answered, start), None);
    assert_eq!(settle(&mut breaker, Verdict::Answered, start), Some(Edge::Closed));
    open(&mut breaker, start);
    assert_eq!(breaker.half_open(), 2);
    assert_eq!(settle(&mut breaker, Verdict::Failed, start), Some(Edge::Opened));
}

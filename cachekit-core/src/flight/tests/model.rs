//! A flight under the model checker: every interleaving, within its bounds.

use super::*;
use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use std::future::poll_fn;

fn told(mut follow: Follow<'_, Key, u32>) -> Notice<'_, Key, u32> {
    block_on(poll_fn(|cx| follow.poll(cx)))
}

/// Takes part until the value is there; counts how often this call ran the body.
fn call(flights: &Test, bodies: &AtomicUsize) -> u32 {
    loop {
        let lead = match join(flights) {
            Part::Leads(lead) => lead,
            Part::Follows(follow) => match told(follow) {
                Notice::Filled { value, .. } => return *value,
                Notice::Handed(lead) | Notice::Alone(lead) => lead,
                Notice::Again => continue,
                Notice::Shared { .. } | Notice::Refused(_) => panic!("nobody fails"),
            },
            Part::Reenters | Part::Present => panic!("nobody re-enters"),
        };
        bodies.fetch_add(1, Ordering::SeqCst);
        lead.land(value(9), Followers::Take);
        return 9;
    }
}

#[test]
fn whoever_calls_gets_the_value_and_nobody_waits_for_ever() {
    loom::model(|| {
        let flights = Arc::new(Test::new());
        let bodies = Arc::new(AtomicUsize::new(0));
        let other = {
            let (flights, bodies) = (Arc::clone(&flights), Arc::clone(&bodies));
            thread::spawn(move || call(&flights, &bodies))
        };
        assert_eq!(call(&flights, &bodies), 9);
        assert_eq!(other.join().expect("it returns"), 9);
        assert_eq!(flights.len(), 0);
    });
}

#[test]
fn a_leader_that_goes_away_leaves_nobody_behind() {
    loom::model(|| {
        let flights = Arc::new(Test::new());
        let bodies = Arc::new(AtomicUsize::new(0));
        let leaving = {
            let flights = Arc::clone(&flights);
            thread::spawn(move || {
                if let Part::Leads(lead) = join(&flights) {
                    drop(lead);
                }
            })
        };
        assert_eq!(call(&flights, &bodies), 9);
        leaving.join().expect("it leaves");
        assert_eq!(bodies.load(Ordering::SeqCst), 1);
        assert_eq!(flights.len(), 0);
    });
}

/// The order that invalidation rests on: either the revocation finds the entry that the
/// leader inserted, or the leader does not insert it.
#[test]
fn nothing_that_began_before_a_revocation_stays_after_it() {
    loom::model(|| {
        let flights = Arc::new(Test::new());
        let l1 = Arc::new(AtomicUsize::new(0));
        let mut lead = lead(&flights);
        let revoking = {
            let (flights, l1) = (Arc::clone(&flights), Arc::clone(&l1));
            thread::spawn(move || {
                flights.change(7, |key| *key == Key(7), || ());
                l1.store(0, Ordering::SeqCst);
            })
        };
        lead.close(|_| l1.store(1, Ordering::SeqCst));
        revoking.join().expect("it revokes");
        assert_eq!(l1.load(Ordering::SeqCst), 0);
    });
}

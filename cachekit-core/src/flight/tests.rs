//! The promises of a flight: by plain scenarios, and under the model checker by every interleaving.

#[cfg(loom)]
mod model;

use super::*;
use crate::flight::Followers;

/// A key for tests: its own hash.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key(u64);

impl Hashed for Key {
    fn hash_value(&self) -> u64 {
        self.0
    }
}

type Test = Flights<Key, u32>;

fn join(flights: &Test) -> Part<'_, Key, u32> {
    flights.join(7, &mut Some(Key(7)), Joining::Any, |_| false)
}

fn lead(flights: &Test) -> Lead<'_, Key, u32> {
    match join(flights) {
        Part::Leads(lead) => lead,
        _ => panic!("somebody else leads"),
    }
}

fn follow(flights: &Test) -> Follow<'_, Key, u32> {
    match join(flights) {
        Part::Follows(follow) => follow,
        _ => panic!("nobody leads"),
    }
}

fn value(value: u32) -> Landing<u32> {
    Landing::Filled { value: Landed::new(value), story: Story::untold() }
}

#[cfg(not(loom))]
mod plain {
    use super::super::state::AT_A_TIME;
    use super::*;
    use std::cell::Cell;
    use std::task::{Context, Poll, Waker};

    fn poll<'a>(follow: &mut Follow<'a, Key, u32>) -> Poll<Notice<'a, Key, u32>> {
        follow.poll(&Context::from_waker(Waker::noop()))
    }

    fn told(follow: &mut Follow<'_, Key, u32>) -> Option<u32> {
        match poll(follow) {
            Poll::Ready(Notice::Filled { value, .. }) => Some(*value),
            _ => None,
        }
    }

    #[test]
    fn followers_are_told_what_the_leader_brought_and_the_table_is_empty_again() {
        let flights = Test::new();
        let lead = lead(&flights);
        let mut followers = [follow(&flights), follow(&flights)];
        assert!(followers.iter_mut().all(|follow| poll(follow).is_pending()));
        lead.land(value(1), Followers::Take);
        assert_eq!(followers.each_mut().map(told), [Some(1), Some(1)]);
        assert_eq!(flights.len(), 0);
    }

    #[test]
    fn a_dropped_leader_hands_over_to_one_and_the_others_wait_on() {
        let flights = Test::new();
        let first = lead(&flights);
        let mut followers = [follow(&flights), follow(&flights)];
        assert!(followers.iter_mut().all(|follow| poll(follow).is_pending()));
        drop(first);
        let Poll::Ready(Notice::Handed(second)) = poll(&mut followers[0]) else {
            panic!("nobody was handed the lead");
        };
        assert!(poll(&mut followers[1]).is_pending());
        second.land(value(2), Followers::Take);
        assert_eq!(told(&mut followers[1]), Some(2));
    }

    #[test]
    fn the_turn_passes_on_when_its_holder_goes_away_and_ends_with_the_last() {
        let flights = Test::new();
        let first = lead(&flights);
        let (mut one, mut two) = (follow(&flights), follow(&flights));
        assert!(poll(&mut one).is_pending() && poll(&mut two).is_pending());
        drop(first);
        drop(one);
        assert!(matches!(poll(&mut two), Poll::Ready(Notice::Handed(_))));
        drop(two);
        assert_eq!(flights.len(), 0);
    }

    #[test]
    fn a_vacant_flight_is_taken_by_whoever_joins_next() {
        let flights = Test::new();
        let first = lead(&flights);
        let mut waiting = follow(&flights);
        assert!(poll(&mut waiting).is_pending());
        drop(first);
        let second = lead(&flights);
        assert!(poll(&mut waiting).is_pending());
        second.land(value(3), Followers::Take);
        assert_eq!(told(&mut waiting), Some(3));
    }

    #[test]
    fn a_detached_leader_inserts_nothing_and_nobody_joins_it_any_more() {
        let flights = Test::new();
        let mut old = lead(&flights);
        flights.change(7, |key| *key == Key(7), || ());
        let mut new = lead(&flights);
        assert_eq!(old.close(|_| "inserted"), None);
        assert_eq!(new.close(|_| "inserted"), Some("inserted"));
    }

    /// E12: what is not inserted may be a user's value.
    #[test]
    fn what_a_detached_leader_would_have_inserted_drops_where_no_lock_is_held() {
        struct Probe<'a>(&'a Test, &'a Cell<Option<bool>>);

        impl Drop for Probe<'_> {
            fn drop(&mut self) {
                self.1.set(Some(self.0.shards.iter().all(|shard| shard.try_lock().is_ok())));
            }
        }

        let (flights, free) = (Test::new(), Cell::new(None));
        let mut old = lead(&flights);
        flights.detach_all(|_| true);
        let probe = Probe(&flights, &free);
        assert_eq!(old.close(move |_| drop(probe)), None);
        assert_eq!(free.get(), Some(true));
    }

    #[test]
    fn a_detached_leader_that_is_dropped_lets_its_followers_start_over() {
        let flights = Test::new();
        let old = lead(&flights);
        let mut waiting = follow(&flights);
        assert!(poll(&mut waiting).is_pending());
        flights.detach_all(|_| true);
        drop(old);
        assert!(matches!(poll(&mut waiting), Poll::Ready(Notice::Again)));
    }

    #[test]
    fn a_late_follower_starts_over_and_is_then_early_enough() {
        let flights = Test::new();
        let mut first = lead(&flights);
        let mut early = follow(&flights);
        first.sends(Guard::ReadMark);
        let mut late = follow(&flights);
        let restarted = flights.join(7, &mut Some(Key(7)), Joining::Restarted, |_| false);
        let Part::Follows(mut restarted) = restarted else { panic!("somebody leads") };
        first.land(value(4), Followers::Early);
        assert_eq!(told(&mut early), Some(4));
        assert!(matches!(poll(&mut late), Poll::Ready(Notice::Again)));
        assert_eq!(told(&mut restarted), Some(4));
    }

    /// H12: the mark moves with each operation, and whoever is late for one may be early for the
    /// next.
    #[test]
    fn a_follower_is_early_for_what_is_sent_after_it_joined() {
        let flights = Test::new();
        let mut first = lead(&flights);
        first.sends(Guard::ReadMark);
        let mut between = follow(&flights);
        first.sends(Guard::ReadMark);
        let mut late = follow(&flights);
        first.land(value(4), Followers::Early);
        assert_eq!(told(&mut between), Some(4));
        assert!(matches!(poll(&mut late), Poll::Ready(Notice::Again)));
    }

    /// G13.
    #[test]
    fn behind_a_failure_eight_at_most_go_on_at_a_time_and_bring_the_others_a_value() {
        let flights = Test::new();
        let first = lead(&flights);
        let mut followers: Vec<_> = (0..20).map(|_| follow(&flights)).collect();
        assert!(followers.iter_mut().all(|follow| poll(follow).is_pending()));
        first.release();
        let mut running = Vec::new();
        let mut leads = 0;
        for follow in &mut followers {
            match poll(follow) {
                Poll::Ready(Notice::Alone(lead)) => running.push(lead),
                Poll::Ready(Notice::Handed(lead)) => {
                    leads += 1;
                    running.push(lead);
                }
                _ => {}
            }
        }
        assert_eq!((running.len(), leads), (AT_A_TIME, 1));
        let mut newcomer = follow(&flights);
        assert!(poll(&mut newcomer).is_pending(), "there is no room, whenever it comes");
        running.pop().expect("eight run").release();
        assert!(matches!(poll(&mut followers[8]), Poll::Ready(Notice::Alone(_))));
        running.pop().expect("seven run").land(value(5), Followers::Take);
        assert_eq!(told(&mut followers[19]), Some(5));
        assert_eq!(told(&mut newcomer), Some(5));
        drop((running, followers));
        assert_eq!(flights.len(), 0);
    }

    /// G13: what a body beside the leader's brings ends nobody's flight.
    #[test]
    fn a_value_brought_from_beside_leaves_the_flight_to_its_leader() {
        let flights = Test::new();
        let mut first = lead(&flights);
        let mut impatient = follow(&flights);
        impatient.lose_patience();
        let Poll::Ready(Notice::Alone(beside)) = poll(&mut impatient) else {
            panic!("there is room");
        };
        let mut waiting = follow(&flights);
        assert!(poll(&mut waiting).is_pending());
        beside.land(value(6), Followers::Take);
        assert_eq!(told(&mut waiting), Some(6));
        let mut later = follow(&flights);
        assert!(poll(&mut later).is_pending(), "what was brought before it came is not for it");
        assert_eq!(first.close(|_| "inserted"), Some("inserted"));
        first.land(value(7), Followers::Take);
        assert_eq!(told(&mut later), Some(7));
    }

    /// G13: the impatient are eight at most, and those that queue go as soon as there is room.
    #[test]
    fn the_impatient_queue_behind_eight() {
        let flights = Test::new();
        let first = lead(&flights);
        let mut followers: Vec<_> = (0..10).map(|_| follow(&flights)).collect();
        followers.iter_mut().for_each(Follow::lose_patience);
        let mut running: Vec<_> = Vec::new();
        for follow in &mut followers {
            if let Poll::Ready(Notice::Alone(lead)) = poll(follow) {
                running.push(lead);
            }
        }
        assert_eq!(running.len(), AT_A_TIME - 1, "the leader's own body counts");
        drop(running.pop());
        let Poll::Ready(Notice::Alone(next)) = poll(&mut followers[7]) else {
            panic!("one has gone");
        };
        running.push(next);
        assert!(poll(&mut followers[8]).is_pending());
        drop(first);
        assert!(matches!(poll(&mut followers[8]), Poll::Ready(Notice::Handed(_))));
        drop((running, followers));
        assert_eq!(flights.len(), 0);
    }

    /// H3: a refresh that was overtaken still puts away what is older than its value.
    #[test]
    fn a_value_that_replaces_detaches_every_other_flight_of_its_key() {
        let flights = Test::new();
        let mut old = lead(&flights);
        let instead = flights.join(7, &mut Some(Key(7)), Joining::Instead, |_| true);
        let Part::Leads(mut new) = instead else { panic!("it leads") };
        assert_eq!(old.replace(|_, standing| standing), Some(Standing::Revoked));
        assert_eq!(new.close(|_| ()), None);
        let mut next = lead(&flights);
        assert_eq!(next.supersede(|key| key.0), Some(7));
        assert_eq!(next.replace(|_, standing| standing), Some(Standing::Wanted));
        assert_eq!(flights.len(), 0);
    }

    #[test]
    fn a_value_that_is_there_by_now_is_not_computed_again() {
        let flights = Test::new();
        let mut key = Some(Key(7));
        assert!(matches!(flights.join(7, &mut key, Joining::Any, |_| true), Part::Present));
        assert!(key.is_some());
    }

    #[test]
    fn whoever_leads_instead_leaves_the_old_flight_to_itself() {
        let flights = Test::new();
        let mut old = lead(&flights);
        let instead = flights.join(7, &mut Some(Key(7)), Joining::Instead, |_| true);
        let Part::Leads(mut new) = instead else { panic!("it leads") };
        assert_eq!(old.close(|_| ()), None);
        assert_eq!(new.close(|_| ()), Some(()));
    }
}

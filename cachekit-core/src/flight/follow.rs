//! A place in a flight's queue.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Instant;

use crate::answer::Story;
use crate::error::Error;
use crate::lookup::Followers;
use crate::share::Parcel;
use crate::sync::{Arc, lock};
use crate::timer;

use super::{Flight, Flights, Landed, Landing, Lead, Phase, RELEASED_AT_A_TIME};

/// A follower. Dropped while it is the one to lead next, it passes the turn on.
pub(crate) struct Follow<'a, K, V> {
    flights: &'a Flights<K, V>,
    flight: Arc<Flight<V>>,
    seat: Option<u64>,
    /// Whether the call began before the flight's read of L2 was sent.
    early: bool,
    /// Whether the follower was told; it then has nothing to pass on.
    told: bool,
}

/// What a follower is told.
pub(crate) enum Told<'a, K, V> {
    /// The leader's value; clone it outside every lock.
    Filled { value: Landed<V>, story: Story },
    /// The leader's return value, of the function's return type.
    Shared { returned: Parcel, story: Story, refused: bool },
    /// The leader was refused.
    Refused(Error),
    /// The leader is gone; lead.
    Handed(Lead<'a, K, V>),
    /// The leader failed; go on beside the others.
    Alone(Lead<'a, K, V>),
    /// Start over.
    Again,
}

impl<'a, K, V> Follow<'a, K, V> {
    pub(super) fn new(flights: &'a Flights<K, V>, flight: Arc<Flight<V>>, early: bool) -> Self {
        Self { flights, flight, seat: None, early, told: false }
    }

    /// Waits for the leader until `deadline`; `None` if patience ended first.
    pub(crate) async fn wait(mut self, deadline: Instant) -> Option<Told<'a, K, V>> {
        timer::until(deadline, poll_fn(|cx| self.poll(cx))).await
    }

    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Told<'a, K, V>> {
        let mut state = lock(&self.flight.state);
        let told = match &mut state.phase {
            Phase::Landed(landing) => self.read(landing.clone()),
            Phase::Vacant => {
                state.phase = Phase::Led;
                let flight = Arc::clone(&self.flight);
                Told::Handed(Lead::new(self.flights, flight.mark, Some(flight)))
            }
            Phase::Released { running } if *running < RELEASED_AT_A_TIME => {
                *running += 1;
                Told::Alone(Lead::alone(self.flights, Arc::clone(&self.flight)))
            }
            Phase::Led | Phase::Released { .. } => {
                let fresh = state.next_seat;
                let seat = *self.seat.get_or_insert(fresh);
                if seat == fresh {
                    state.next_seat += 1;
                }
                state.seats.insert(seat, cx.waker().clone());
                return Poll::Pending;
            }
        };
        state.followers -= 1;
        if let Some(seat) = self.seat {
            state.seats.remove(&seat);
        }
        drop(state);
        self.told = true;
        Poll::Ready(told)
    }

    fn read(&self, landing: Landing<V>) -> Told<'a, K, V> {
        match landing {
            Landing::Filled { value, story, followers } => match followers {
                Followers::Take => Told::Filled { value, story },
                Followers::Early if self.early => Told::Filled { value, story },
                Followers::Early | Followers::Again => Told::Again,
            },
            Landing::Shared { returned, story, refused } => {
                Told::Shared { returned, story, refused }
            }
            Landing::Refused(error) => Told::Refused(error),
            Landing::Again => Told::Again,
        }
    }

    /// Leaves the queue, and lets the next one know if it was this one's turn.
    fn leave(&self) {
        let mut state = lock(&self.flight.state);
        state.followers -= 1;
        if let Some(seat) = self.seat {
            state.seats.remove(&seat);
        }
        let next = match state.phase {
            Phase::Vacant => state.longest(),
            Phase::Released { running } if running < RELEASED_AT_A_TIME => state.longest(),
            _ => None,
        };
        let deserted = matches!(state.phase, Phase::Vacant) && state.followers == 0;
        drop(state);
        next.into_iter().for_each(std::task::Waker::wake);
        if deserted {
            self.clear();
        }
    }

    /// Removes the flight that nobody leads and nobody follows, unless somebody came meanwhile.
    fn clear(&self) {
        let mut table = lock(self.flights.shard(self.flight.mark.hash));
        let state = lock(&self.flight.state);
        let deserted = matches!(state.phase, Phase::Vacant) && state.followers == 0;
        let gone = if deserted { table.withdraw(self.flight.mark) } else { None };
        drop((state, table));
        drop(gone);
    }
}

impl<K, V> Drop for Follow<'_, K, V> {
    fn drop(&mut self) {
        if !self.told {
            self.leave();
        }
    }
}

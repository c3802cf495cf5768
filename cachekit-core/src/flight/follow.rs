//! A place in a flight's queue.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::flight::reentry;
use crate::sync::{Arc, lock};
use crate::time::clock;
use crate::time::timer;
use crate::value::answer::Story;
use crate::value::follower_copy::Parcel;

use super::state::{Arrival, Phase, State, wake_all};
use super::{Flight, Flights, Landed, Landing, Lead};

/// How long a follower whose patience has ended waits while none of the bodies before it ends.
///
/// Eight bodies that never end must not keep everybody else for ever; any body worth waiting for
/// is done by then.
const STANDSTILL: Duration = Duration::from_secs(60);

/// The same for a call inside another cached body, which others may be waiting for in turn.
const INSIDE: Duration = Duration::from_secs(10);

/// A follower. Dropped while it is the one to lead next, it passes the turn on.
pub(crate) struct Follow<'a, K, V> {
    flights: &'a Flights<K, V>,
    flight: Arc<Flight<V>>,
    /// Its place in the order of joining, and its seat while it waits.
    number: u64,
    /// Whether the call began before anything of the flight was sent.
    restarted: bool,
    manner: Manner,
    /// Whether the follower was told; it then has nothing to pass on.
    told: bool,
}

/// How a follower waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// For the leader.
    Patient,
    /// For the leader, or for room to run the body itself.
    Queued,
    /// Not at all: it runs the body itself whatever others do.
    Resolute,
}

/// What a follower is told.
pub(crate) enum Notice<'a, K, V> {
    /// The leader's value; clone it outside every lock.
    Filled { value: Landed<V>, story: Story },
    /// The leader's return value, of the function's return type.
    Shared { returned: Parcel, story: Story, refused: bool },
    /// The leader was refused.
    Refused(Error),
    /// The leader is gone; lead.
    Handed(Lead<'a, K, V>),
    /// Waiting did not help; go on beside the others.
    Alone(Lead<'a, K, V>),
    /// Start over.
    Again,
}

/// What a follower finds under the flight's lock.
enum Sight<V> {
    Landing(Landing<V>),
    Lead,
    Room,
    Nothing,
}

impl<'a, K, V> Follow<'a, K, V> {
    pub(super) fn new(
        flights: &'a Flights<K, V>,
        flight: Arc<Flight<V>>,
        number: u64,
        restarted: bool,
    ) -> Self {
        Self { flights, flight, number, restarted, manner: Manner::Patient, told: false }
    }

    /// Waits for the leader until `deadline`; `None` if patience ended first.
    pub(crate) async fn wait(&mut self, deadline: Instant) -> Option<Notice<'a, K, V>> {
        timer::until(deadline, poll_fn(|cx| self.poll(cx))).await
    }

    /// Goes on after its patience has ended: with what any of the others brings, or
    /// [`Notice::Alone`] as soon as there is room.
    pub(crate) async fn queue(mut self) -> Notice<'a, K, V> {
        self.lose_patience();
        let standstill = if reentry::is_inside() { INSIDE } else { STANDSTILL };
        loop {
            let ended = lock(&self.flight.state).ended;
            if let Some(told) = self.wait(clock::now() + standstill).await {
                return told;
            }
            if lock(&self.flight.state).ended == ended {
                self.manner = Manner::Resolute;
            }
        }
    }

    pub(super) fn lose_patience(&mut self) {
        self.manner = Manner::Queued;
    }

    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Notice<'a, K, V>> {
        // Cloned before the lock is taken: a waker is its executor's own code.
        let mut waker = Some(cx.waker().clone());
        let mut state = lock(&self.flight.state);
        let found = self.look(&mut state);
        let before = match (&found, self.manner) {
            (Sight::Nothing, Manner::Patient) => {
                waker.take().and_then(|waker| state.seats.insert(self.number, waker))
            }
            (Sight::Nothing, _) => {
                let seat = state.seats.remove(&self.number);
                let queued = waker.take().and_then(|waker| state.queue.insert(self.number, waker));
                seat.or(queued)
            }
            _ => {
                state.followers -= 1;
                state.rise(self.number)
            }
        };
        drop(state);
        drop((waker, before));
        let told = match found {
            Sight::Nothing => return Poll::Pending,
            Sight::Landing(landing) => Self::read(landing),
            Sight::Lead => {
                let flight = Arc::clone(&self.flight);
                Notice::Handed(Lead::new(self.flights, flight.mark, Some(flight)))
            }
            Sight::Room => Notice::Alone(Lead::alone(self.flights, Arc::clone(&self.flight))),
        };
        self.told = true;
        Poll::Ready(told)
    }

    fn look(&self, state: &mut State<V>) -> Sight<V> {
        if let Phase::Landed(arrival) = &state.phase {
            let lands = self.takes(arrival);
            return Sight::Landing(if lands { arrival.landing.clone() } else { Landing::Again });
        }
        if let Some(arrival) = state.brought.as_ref().filter(|arrival| self.takes(arrival)) {
            return Sight::Landing(arrival.landing.clone());
        }
        if matches!(state.phase, Phase::Vacant) {
            state.phase = Phase::Led;
            return Sight::Lead;
        }
        let runs = match self.manner {
            Manner::Patient => state.loose && state.has_room(),
            Manner::Queued => state.has_room(),
            Manner::Resolute => true,
        };
        if runs {
            state.beside += 1;
            return Sight::Room;
        }
        Sight::Nothing
    }

    fn takes(&self, arrival: &Arrival<V>) -> bool {
        self.restarted || self.number < arrival.before
    }

    fn read(landing: Landing<V>) -> Notice<'a, K, V> {
        match landing {
            Landing::Filled { value, story } => Notice::Filled { value, story },
            Landing::Shared { returned, story, refused } => {
                Notice::Shared { returned, story, refused }
            }
            Landing::Refused(error) => Notice::Refused(error),
            Landing::Again => Notice::Again,
        }
    }

    /// Leaves the queue, and lets the next one know if it was this one's turn.
    fn leave(&self) {
        let mut state = lock(&self.flight.state);
        state.followers -= 1;
        let seat = state.rise(self.number);
        let next = state.next_ones();
        let deserted = state.is_deserted();
        drop(state);
        drop(seat);
        wake_all(next);
        if deserted {
            self.flights.clear(&self.flight);
        }
    }
}

impl<K, V> Flights<K, V> {
    /// Removes a flight that nobody leads and nobody follows, unless somebody came meanwhile.
    pub(super) fn clear(&self, flight: &Flight<V>) {
        let mut table = lock(self.shard(flight.mark.hash));
        let state = lock(&flight.state);
        let gone = if state.is_deserted() { table.withdraw(flight.mark) } else { None };
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

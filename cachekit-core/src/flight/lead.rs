//! The duty to bring a flight's value home, or to hand it over.

use crate::frame::FlightId;
use crate::sync::{Arc, MutexGuard, lock};

use super::table::{Mark, Table};
use super::{Flight, Flights, Landing, Phase, RELEASED_AT_A_TIME, wake_all};

/// The duty to land a flight. Dropped without a landing, it hands the flight to one follower.
pub(crate) struct Lead<'a, K, V> {
    flights: &'a Flights<K, V>,
    mark: Mark,
    /// Known to a lead that was handed over, and to any lead once it is closed; only a followed
    /// flight has one.
    flight: Option<Arc<Flight<V>>>,
    duty: Duty,
}

/// How far a lead has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// The flight may be in the table; others may join.
    Open,
    /// The flight is out of the table; nobody else will join.
    Closed,
    /// One of several that a failed leader released; never in the table.
    Alone,
    /// Nothing is left to do.
    Done,
}

impl<'a, K, V> Lead<'a, K, V> {
    pub(super) fn new(
        flights: &'a Flights<K, V>,
        mark: Mark,
        flight: Option<Arc<Flight<V>>>,
    ) -> Self {
        Self { flights, mark, flight, duty: Duty::Open }
    }

    pub(super) fn alone(flights: &'a Flights<K, V>, flight: Arc<Flight<V>>) -> Self {
        Self { flights, mark: flight.mark, flight: Some(flight), duty: Duty::Alone }
    }

    /// Marks that the read of L2 is about to be sent: who joins from now on is late for it.
    pub(crate) fn read_is_sent(&self) {
        if let Some(slot) = self.table().find(self.mark) {
            slot.read_sent = true;
        }
    }

    /// The flight's identity on the stack of frames.
    pub(crate) fn id(&self) -> FlightId {
        self.flights.id(self.mark)
    }

    /// Takes the flight out of the table; runs `insert` on its key if no revocation came first.
    ///
    /// The insertion and the check are one step under the table's lock, so a revocation either
    /// finds the entry that was inserted or keeps it from being inserted.
    pub(crate) fn close<D>(&mut self, insert: impl FnOnce(K) -> D) -> Option<D> {
        if self.duty != Duty::Open {
            return None;
        }
        self.duty = Duty::Closed;
        let mut table = self.table();
        let slot = table.withdraw(self.mark)?;
        let wanted = slot.wanted;
        let mut key = Some(slot.key);
        let displaced = key.take_if(|_| wanted).map(insert);
        drop(table);
        drop(key);
        self.flight = slot.flight;
        displaced
    }

    /// Whether anybody may look at the landing; final once closed: whoever follows holds the
    /// flight, and the table holds it no more.
    pub(crate) fn is_followed(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| Arc::strong_count(flight) > 1)
    }

    /// Brings the followers what they wait for.
    pub(crate) fn land(mut self, landing: Landing<V>) {
        drop(self.close(|key| key));
        self.duty = Duty::Done;
        let Some(flight) = self.flight.as_ref().filter(|_| self.is_followed()) else { return };
        let seats = lock(&flight.state).land(landing);
        wake_all(seats);
    }

    /// Lets the followers go on for themselves, some at a time: the leader failed in a way that
    /// cannot be shared.
    pub(crate) fn release(mut self) {
        drop(self.close(|key| key));
        if self.duty == Duty::Alone {
            return; // Dropping it lets the next one go.
        }
        self.duty = Duty::Done;
        let Some(flight) = &self.flight else { return };
        let mut state = lock(&flight.state);
        state.phase = Phase::Released { running: 0 };
        let next: Vec<_> = (0..RELEASED_AT_A_TIME).map_while(|_| state.longest()).collect();
        drop(state);
        next.into_iter().for_each(std::task::Waker::wake);
    }

    /// Gives the lead to a follower, if there is one and the flight is still wanted.
    fn hand_over(&self) {
        let mut table = self.table();
        let Some(slot) = table.find(self.mark) else { return };
        let Some(flight) = slot.flight.clone() else {
            let gone = table.withdraw(self.mark);
            drop(table);
            drop(gone);
            return;
        };
        let mut state = lock(&flight.state);
        if state.followers > 0 && slot.wanted {
            state.phase = Phase::Vacant;
            slot.read_sent = false;
            let next = state.longest();
            drop((state, table));
            next.into_iter().for_each(std::task::Waker::wake);
        } else {
            let seats = state.land(Landing::Again);
            let gone = table.withdraw(self.mark);
            drop((state, table));
            drop(gone);
            wake_all(seats);
        }
    }

    fn table(&self) -> MutexGuard<'a, Table<K, V>> {
        lock(self.flights.shard(self.mark.hash))
    }

    /// Gives back the place among the released.
    fn make_room(&self) {
        let Some(flight) = &self.flight else { return };
        let mut state = lock(&flight.state);
        let next = match &mut state.phase {
            Phase::Released { running } => {
                *running -= 1;
                state.longest()
            }
            _ => None,
        };
        drop(state);
        next.into_iter().for_each(std::task::Waker::wake);
    }
}

impl<K, V> Drop for Lead<'_, K, V> {
    fn drop(&mut self) {
        match self.duty {
            Duty::Open => self.hand_over(),
            Duty::Closed => {
                let Some(flight) = &self.flight else { return };
                let seats = lock(&flight.state).land(Landing::Again);
                wake_all(seats);
            }
            Duty::Alone => self.make_room(),
            Duty::Done => {}
        }
    }
}

//! The duty to bring a flight's value home, or to hand it over.

use std::thread;

use crate::flight::Followers;
use crate::flight::reentry::FlightId;
use crate::guards::Guard;
use crate::sync::{Arc, MutexGuard, lock};

use super::state::{Arrival, Phase, wake_all};
use super::table::{Mark, Table};
use super::{Flight, Flights, Landing};

/// The duty to land a flight. Dropped without a landing, it hands the flight to one follower.
pub(crate) struct Lead<'a, K, V> {
    flights: &'a Flights<K, V>,
    mark: Mark,
    /// Known to a lead that was handed over, and to any lead once it is closed; only a followed
    /// flight has one.
    flight: Option<Arc<Flight<V>>>,
    duty: Duty,
    /// Followers of a lower number joined before this lead's last operation was sent. Kept in the
    /// table while the flight is there.
    early: u64,
}

/// How far a lead has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// The flight may be in the table; others may join.
    Open,
    /// The flight is out of the table; nobody else will join.
    Closed,
    /// One of several that go on beside the leader; what it brings is never inserted.
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
        Self { flights, mark, flight, duty: Duty::Open, early: u64::MAX }
    }

    pub(super) fn alone(flights: &'a Flights<K, V>, flight: Arc<Flight<V>>) -> Self {
        let mark = flight.mark;
        Self { flights, mark, flight: Some(flight), duty: Duty::Alone, early: u64::MAX }
    }

    /// Marks that an operation on L2 is about to be sent: who joins from now on is late for what
    /// comes of it.
    pub(crate) fn sends(&mut self, mark: Guard) {
        let late = |next| if mark.holds() { next } else { u64::MAX };
        match self.duty {
            Duty::Open => {
                if let Some(slot) = self.table().find(self.mark) {
                    let next = slot.flight.as_ref().map_or(0, |flight| lock(&flight.state).next);
                    slot.early = late(next);
                }
            }
            Duty::Alone => {
                if let Some(flight) = &self.flight {
                    self.early = late(lock(&flight.state).next);
                }
            }
            // Nobody joins any more.
            Duty::Closed | Duty::Done => self.early = u64::MAX,
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
        // Where it does not run, it drops here, with what it holds of a user's, and not under the lock.
        let mut insert = Some(insert);
        let closed = self.withdraw(|_, key, wanted| match insert.take_if(|_| wanted) {
            Some(insert) => Ok(insert(key)),
            None => Err(key),
        });
        closed?.ok()
    }

    /// As [`Lead::close`], with nothing to insert; returns the key, which drops where no lock is held.
    pub(crate) fn part(&mut self) -> Option<K> {
        self.close(|key| key)
    }

    /// As [`Lead::close`], for a value that takes the place of whatever the key has.
    ///
    /// Every other flight of the key is detached, and `change` runs in any case; it is told
    /// whether a revocation came first.
    pub(crate) fn replace<D>(&mut self, change: impl FnOnce(K, Standing) -> D) -> Option<D>
    where
        K: Eq,
    {
        let hash = self.mark.hash;
        self.withdraw(|table, key, wanted| {
            if let Some(other) = table.wanted(hash, |other| *other == key) {
                other.wanted = false;
            }
            change(key, if wanted { Standing::Wanted } else { Standing::Revoked })
        })
    }

    /// Detaches every other flight of the key and runs `change`, while this one goes on.
    pub(crate) fn supersede<D>(&self, change: impl FnOnce(&K) -> D) -> Option<D>
    where
        K: Eq + super::Hashed,
    {
        let mut table = self.table();
        let slot = table.withdraw(self.mark)?;
        if let Some(other) = table.wanted(self.mark.hash, |other| *other == slot.key) {
            other.wanted = false;
        }
        let changed = change(&slot.key);
        table.put_back(self.mark.hash, slot);
        Some(changed)
    }

    fn withdraw<D>(&mut self, change: impl FnOnce(&mut Table<K, V>, K, bool) -> D) -> Option<D> {
        if self.duty != Duty::Open {
            return None;
        }
        self.duty = Duty::Closed;
        let mut table = self.table();
        let slot = table.withdraw(self.mark)?;
        let wanted = slot.wanted || !Guard::Insertion.holds();
        let changed = change(&mut table, slot.key, wanted);
        drop(table);
        self.early = slot.early;
        self.flight = slot.flight;
        Some(changed)
    }

    /// Whether this lead began its flight and is open: then the key had no entry, unless it leads
    /// in place of another, and nobody else has put one.
    pub(crate) fn is_fresh(&self) -> bool {
        let alone = Guard::Detach.holds() && Guard::Insertion.holds();
        alone && self.duty == Duty::Open && self.flight.is_none()
    }

    /// Whether anybody may look at the landing; final once closed: whoever follows holds the
    /// flight, and the table holds it no more.
    pub(crate) fn is_followed(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| Arc::strong_count(flight) > 1)
    }

    /// Brings the followers what they wait for.
    pub(crate) fn land(mut self, landing: Landing<V>, followers: Followers) {
        drop(self.part());
        if self.duty == Duty::Alone {
            return self.bring(landing, followers);
        }
        self.duty = Duty::Done;
        let Some(flight) = self.flight.as_ref().filter(|_| self.is_followed()) else { return };
        let arrival = self.arrival(landing, followers);
        let (wakers, before) = lock(&flight.state).land(arrival);
        drop(before);
        wake_all(wakers);
    }

    /// Lets the followers start over.
    pub(crate) fn send_away(mut self) {
        // Out of the table, it brings them nothing when it is dropped.
        drop(self.part());
    }

    /// Brings those that wait a landing, beside the leader that goes on.
    fn bring(mut self, landing: Landing<V>, followers: Followers) {
        let Some(flight) = self.flight.as_ref().filter(|_| followers != Followers::Again) else {
            return; // Dropping it lets the next one go.
        };
        let mut arrival = self.arrival(landing, followers);
        let mut state = lock(&flight.state);
        // Whoever comes after this waits for what is brought after this.
        if Guard::Brought.holds() {
            arrival.before = arrival.before.min(state.next);
        }
        let before = state.brought.replace(arrival);
        let wakers = state.everyone();
        drop(state);
        drop(before);
        // Its place is free before the others look.
        self.make_room();
        self.duty = Duty::Done;
        wake_all(wakers);
    }

    fn arrival(&self, landing: Landing<V>, followers: Followers) -> Arrival<V> {
        match followers {
            Followers::Take => Arrival { landing, before: u64::MAX },
            Followers::Early => Arrival { landing, before: self.early },
            Followers::Again => Arrival::again(),
        }
    }

    /// Lets the followers go on for themselves, some at a time: the leader failed in a way that
    /// cannot be shared.
    pub(crate) fn release(mut self) {
        if self.duty == Duty::Open {
            self.hand_over(Left::Failed);
            self.duty = Duty::Done;
        }
        // Any other lets the next one go by being dropped.
    }

    /// Gives the lead to a follower, if there is one and the flight is still wanted.
    fn hand_over(&self, left: Left) {
        let mut table = self.table();
        let Some(slot) = table.find(self.mark) else { return };
        let Some(flight) = slot.flight.clone() else {
            let gone = table.withdraw(self.mark);
            drop(table);
            drop(gone);
            return;
        };
        let mut state = lock(&flight.state);
        state.ended += 1;
        if slot.wanted && (state.followers > 0 || state.beside > 0) {
            state.phase = Phase::Vacant;
            state.loose |= left == Left::Failed;
            slot.early = u64::MAX;
            let next = state.next_ones();
            drop((state, table));
            wake_all(next);
        } else {
            let (wakers, before) = state.land(Arrival::again());
            let gone = table.withdraw(self.mark);
            drop((state, table));
            drop((gone, before));
            wake_all(wakers);
        }
    }

    fn table(&self) -> MutexGuard<'a, Table<K, V>> {
        lock(self.flights.shard(self.mark.hash))
    }

    /// Gives back the place beside the leader.
    fn make_room(&self) {
        let Some(flight) = &self.flight else { return };
        let mut state = lock(&flight.state);
        state.beside -= 1;
        state.ended += 1;
        let next = state.next_ones();
        let deserted = state.is_deserted();
        drop(state);
        wake_all(next);
        if deserted {
            self.flights.clear(flight);
        }
    }
}

/// Whether a revocation came before a flight's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Wanted,
    Revoked,
}

/// Why a leader leaves its flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Its caller went away; the next one may do better.
    Gone,
    /// The body failed; the next one may fail as well.
    Failed,
}

impl<K, V> Drop for Lead<'_, K, V> {
    fn drop(&mut self) {
        match self.duty {
            Duty::Open if thread::panicking() => self.hand_over(Left::Failed),
            Duty::Open => self.hand_over(Left::Gone),
            Duty::Closed => {
                let Some(flight) = &self.flight else { return };
                let (wakers, before) = lock(&flight.state).land(Arrival::again());
                drop(before);
                wake_all(wakers);
            }
            Duty::Alone => self.make_room(),
            Duty::Done => {}
        }
    }
}

//! The state that a flight's leader and followers share, under its lock: whose turn it is, and what was brought.

use std::collections::BTreeMap;
use std::task::Waker;

use super::Landing;

/// Bodies of one flight that run at a time where waiting did not help: what the body asks sees a
/// few callers, not all.
pub(super) const AT_A_TIME: usize = 8;

/// What a leader and its followers know of each other.
pub(super) struct State<V> {
    pub(super) phase: Phase<V>,
    /// Followers alive, seated or not.
    pub(super) followers: usize,
    /// Bodies that run beside the leader's.
    pub(super) beside: usize,
    /// Bodies of the flight that have ended without a landing: who waits for one sees that the
    /// others get on.
    pub(super) ended: u64,
    /// Whether a leader failed in a way that tells followers not to wait for the next.
    pub(super) loose: bool,
    /// The last that a body beside the leader's brought.
    pub(super) brought: Option<Arrival<V>>,
    /// The wakers of followers that wait for the leader, in the order they came.
    pub(super) seats: BTreeMap<u64, Waker>,
    /// The wakers of those that wait for room as well.
    pub(super) queue: BTreeMap<u64, Waker>,
    /// The number of the next follower.
    pub(super) next: u64,
}

/// How far a flight has come.
pub(super) enum Phase<V> {
    Led,
    Vacant,
    Landed(Arrival<V>),
}

/// A landing, and whom it is for: followers of a lower number, and those that started over.
pub(super) struct Arrival<V> {
    pub(super) landing: Landing<V>,
    pub(super) before: u64,
}

impl<V> Arrival<V> {
    /// Nothing: whoever follows starts over.
    pub(super) fn again() -> Self {
        Self { landing: Landing::Again, before: u64::MAX }
    }
}

impl<V> State<V> {
    pub(super) fn led() -> Self {
        Self {
            phase: Phase::Led,
            followers: 0,
            beside: 0,
            ended: 0,
            loose: false,
            brought: None,
            seats: BTreeMap::new(),
            queue: BTreeMap::new(),
            next: 0,
        }
    }

    /// Sets what the followers will find, and returns those to wake and what it displaces.
    pub(super) fn land(&mut self, arrival: Arrival<V>) -> (Vec<Waker>, Phase<V>) {
        let before = std::mem::replace(&mut self.phase, Phase::Landed(arrival));
        (self.everyone(), before)
    }

    /// All that wait, those whose patience has ended first.
    pub(super) fn everyone(&mut self) -> Vec<Waker> {
        let queue = std::mem::take(&mut self.queue).into_values();
        queue.chain(std::mem::take(&mut self.seats).into_values()).collect()
    }

    /// Gives a follower's seat up.
    pub(super) fn rise(&mut self, number: u64) -> Option<Waker> {
        self.seats.remove(&number).or_else(|| self.queue.remove(&number))
    }

    /// Whether one more body may run beside the others.
    pub(super) fn has_room(&self) -> bool {
        self.beside + usize::from(matches!(self.phase, Phase::Led)) < AT_A_TIME
    }

    /// The followers whose turn it is: one to lead where nobody does, and those that have waited
    /// longest for room while there is any.
    pub(super) fn next_ones(&mut self) -> Vec<Waker> {
        let mut next = Vec::new();
        if matches!(self.phase, Phase::Vacant) {
            next.extend(self.queue.pop_first().or_else(|| self.seats.pop_first()));
        }
        // One place is the leader's, whether there is one or will be.
        for _ in self.beside + 1..AT_A_TIME {
            let queued = self.queue.pop_first();
            let loose = || if self.loose { self.seats.pop_first() } else { None };
            let Some(one) = queued.or_else(loose) else { break };
            next.push(one);
        }
        next.into_iter().map(|(_, waker)| waker).collect()
    }

    /// Whether nobody is left who could use the flight.
    pub(super) fn is_deserted(&self) -> bool {
        matches!(self.phase, Phase::Vacant) && self.followers == 0 && self.beside == 0
    }
}

/// Wakes them; called where no lock is held.
pub(super) fn wake_all(seats: impl IntoIterator<Item = Waker>) {
    seats.into_iter().for_each(Waker::wake);
}

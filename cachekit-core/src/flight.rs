//! Coalesces the calls of one key: one leads, the others follow, threads and tasks in one queue.
//!
//! ```text
//!          Lead dropped, followers left        a joiner or a woken follower leads
//!   Led ------------------------------> Vacant ---------------------------------> Led
//!    |
//!    +-- land --> Landed: followers take the landing, or start over
//!    |
//!    +-- release --> Released: followers go on beside each other, eight at a time
//! ```
//!
//! A flight in the table is wanted; a revocation detaches it, and what a detached leader brings
//! is never inserted. Locks are taken table before flight. Under them runs no user code but `Eq`
//! of a key: values and errors are cloned and dropped outside.

mod follow;
mod lead;
#[cfg(test)]
mod tests;

pub(crate) use follow::{Follow, Told};
pub(crate) use lead::Lead;

use std::collections::BTreeMap;
use std::fmt;
use std::task::Waker;

use hashbrown::HashTable;

use crate::answer::Story;
use crate::error::Error;
use crate::lookup::Followers;
use crate::share::Parcel;
use crate::sync::{Arc, Mutex, lock};

/// Tables a function's flights are spread over: enough that misses of different keys on a large
/// machine seldom meet at one lock, few enough that revoking all is quick.
const SHARDS: usize = if cfg!(loom) { 1 } else { 16 };

/// Released followers that run the body at a time: a failing backend sees a few callers, not all.
const RELEASED_AT_A_TIME: usize = 8;

/// The flights in progress of one function.
pub(crate) struct Flights<K, V> {
    shards: Box<[Mutex<Table<K, V>>]>,
}

type Table<K, V> = HashTable<(K, Arc<Flight<V>>)>;

/// One key's flight.
struct Flight<V> {
    hash: u64,
    state: Mutex<State<V>>,
}

struct State<V> {
    phase: Phase<V>,
    /// Whether the leader's read of L2 has been sent: who joins from now on is late for it.
    read_sent: bool,
    /// Followers alive, seated or not.
    followers: usize,
    /// The wakers of followers that wait, in the order they came.
    seats: BTreeMap<u64, Waker>,
    next_seat: u64,
}

enum Phase<V> {
    Led,
    Vacant,
    Landed(Landing<V>),
    Released { running: usize },
}

/// What a leader brings for its followers.
pub(crate) enum Landing<V> {
    /// A value, for some or all of them.
    Filled { value: Landed<V>, story: Story, followers: Followers },
    /// The leader's return value, which is not cached; its type is the function's.
    Shared { returned: Parcel, story: Story },
    /// The cache refused the leader, as it would refuse them.
    Refused(Error),
    /// Nothing: they start over.
    Again,
}

/// A landed value, which followers clone outside every lock.
pub(crate) type Landed<V> = Arc<V>;

/// A call's part in a flight.
pub(crate) enum Part<'a, K, V> {
    Leads(Lead<'a, K, V>),
    Follows(Follow<'a, K, V>),
    /// The leader is further up this very stack; waiting for it would never end.
    Reenters,
    /// Nobody leads, because the value is there by now.
    Present,
}

/// How a call joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joining {
    /// Takes part in whatever is going on.
    Any,
    /// As `Any`, by a call that has started over: it began before any read still to be sent.
    Restarted,
    /// Leads, in place of whoever does.
    Instead,
}

impl<K, V> Flights<K, V> {
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::new(HashTable::new())).collect() }
    }

    /// Takes part in the flight of a key; takes the key itself only to lead a new one.
    ///
    /// A leader may have landed between this call's miss and its joining: `present` tells, under
    /// the lock, whether the key has an entry by now.
    ///
    /// # Panics
    ///
    /// If `key` is empty; a call gives its key away only when it leads.
    pub(crate) fn join(
        &self,
        hash: u64,
        key: &mut Option<K>,
        joining: Joining,
        present: impl FnOnce(&K) -> bool,
    ) -> Part<'_, K, V>
    where
        K: Eq + Hashed,
    {
        let mine = key.as_ref().expect("a call that joins still has its key");
        let mut table = lock(self.shard(hash));
        // Dropped after the lock, as it may hold the last reference to a user's key.
        let mut revoked = None;
        if let Ok(found) = table.find_entry(hash, |(theirs, _)| theirs == mine) {
            if joining == Joining::Instead {
                revoked = Some(found.remove().0);
            } else {
                let flight = Arc::clone(&found.get().1);
                return self.board(flight, joining);
            }
        } else if joining != Joining::Instead && present(mine) {
            return Part::Present;
        }
        let flight = Arc::new(Flight { hash, state: Mutex::new(State::led()) });
        let mine = key.take().expect("checked above");
        table.insert_unique(hash, (mine, Arc::clone(&flight)), |(key, _)| key.hash_value());
        drop(table);
        drop(revoked);
        Part::Leads(Lead::new(self, flight))
    }

    /// Joins a flight that is in the table.
    fn board(&self, flight: Arc<Flight<V>>, joining: Joining) -> Part<'_, K, V> {
        let mut state = lock(&flight.state);
        match state.phase {
            Phase::Vacant => {
                state.lead();
                drop(state);
                Part::Leads(Lead::new(self, flight))
            }
            _ if crate::frame::holds(flight.id()) => Part::Reenters,
            _ => {
                state.followers += 1;
                let early = joining == Joining::Restarted || !state.read_sent;
                drop(state);
                Part::Follows(Follow::new(self, flight, early))
            }
        }
    }

    /// Detaches the flight of one key; its leader will insert nothing.
    pub(crate) fn detach(&self, hash: u64, is: impl Fn(&K) -> bool) {
        self.change(hash, is, || ());
    }

    /// Detaches every flight whose key is chosen.
    pub(crate) fn detach_all(&self, chosen: impl Fn(&K) -> bool) {
        for shard in &self.shards {
            let mut table = lock(shard);
            let revoked: Vec<_> = table.extract_if(|(key, _)| chosen(key)).collect();
            drop(table);
            drop(revoked);
        }
    }

    /// Runs `change` on a key's L1 entry with no leader able to insert meanwhile, after detaching
    /// its flight; what `change` returns may hold user's values, which drop outside the lock.
    pub(crate) fn change<D>(
        &self,
        hash: u64,
        is: impl Fn(&K) -> bool,
        change: impl FnOnce() -> D,
    ) -> D {
        let mut table = lock(self.shard(hash));
        let found = table.find_entry(hash, |(key, _)| is(key)).ok();
        let revoked = found.map(|found| found.remove().0);
        let displaced = change();
        drop(table);
        drop(revoked);
        displaced
    }

    /// Flights in progress.
    #[cfg_attr(not(any(test, feature = "testing")), expect(dead_code, reason = "asked by tests"))]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    fn shard(&self, hash: u64) -> &Mutex<Table<K, V>> {
        // The middle bits: hashbrown spends the low ones on buckets and the highest on tags.
        #[expect(clippy::cast_possible_truncation, reason = "sixteen bits are kept")]
        let index = (hash >> 24) as u16 as usize;
        &self.shards[index % SHARDS]
    }

    /// Removes `flight` from the table if it is still wanted.
    fn withdraw(table: &mut Table<K, V>, flight: &Arc<Flight<V>>) -> Option<K> {
        let mine = |(_, other): &(K, Arc<Flight<V>>)| Arc::ptr_eq(other, flight);
        let found = table.find_entry(flight.hash, mine).ok()?;
        Some(found.remove().0.0)
    }
}

/// A key that knows its hash, for when a table grows.
pub(crate) trait Hashed {
    fn hash_value(&self) -> u64;
}

impl<O> Hashed for crate::key::OwnedKey<O> {
    fn hash_value(&self) -> u64 {
        crate::key::OwnedKey::hash_value(self)
    }
}

impl<V> Flight<V> {
    /// Tells one flight in progress from another.
    fn id(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl<V> State<V> {
    fn led() -> Self {
        Self {
            phase: Phase::Led,
            read_sent: false,
            followers: 0,
            seats: BTreeMap::new(),
            next_seat: 0,
        }
    }

    /// Gives the lead to whoever asks.
    fn lead(&mut self) {
        self.phase = Phase::Led;
        self.read_sent = false;
    }

    /// Sets what the followers will find, and returns those to wake.
    fn land(&mut self, landing: Landing<V>) -> BTreeMap<u64, Waker> {
        self.phase = Phase::Landed(landing);
        std::mem::take(&mut self.seats)
    }

    /// The follower that has waited longest.
    fn longest(&mut self) -> Option<Waker> {
        self.seats.pop_first().map(|(_, waker)| waker)
    }
}

fn wake_all(seats: BTreeMap<u64, Waker>) {
    seats.into_values().for_each(Waker::wake);
}

impl<V> Clone for Landing<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Filled { value, story, followers } => {
                Self::Filled { value: Arc::clone(value), story: *story, followers: *followers }
            }
            Self::Shared { returned, story } => {
                Self::Shared { returned: returned.clone(), story: *story }
            }
            Self::Refused(error) => Self::Refused(error.clone()),
            Self::Again => Self::Again,
        }
    }
}

impl<K, V> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

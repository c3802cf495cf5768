//! Coalesces the calls of one key: one leads, the others follow, threads and tasks in one queue.
//!
//! ```text
//!          Lead dropped or failed, followers left   a joiner or a woken follower leads
//!   Led ---------------------------------------> Vacant --------------------------> Led
//!    |
//!    +-- land --> Landed: followers take the landing, or start over
//! ```
//!
//! Beside the leader, followers run the body themselves where waiting did not help: after their
//! patience, or in a flight that came loose because a leader panicked or failed in a way that
//! cannot be shared. Eight bodies of a flight at most run at a time; whoever brings a value
//! brings it to all who wait.
//!
//! A flight is in the table while somebody leads it or may. A revocation detaches it: nobody joins
//! it any more, and what its leader brings is never inserted. Locks are taken table before flight.
//! Under them runs no user code but `Eq` of a key: values, errors and wakers are cloned and dropped
//! outside.

mod follow;
mod lead;
pub(crate) mod reentry;
mod state;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use follow::{Follow, Notice};
pub(crate) use lead::{Lead, Standing};

use std::fmt;

use crate::error::Error;
use crate::guards::Guard;
use crate::sync::{Arc, Mutex, lock};
use crate::value::answer::Story;
use crate::value::follower_copy::Parcel;
use reentry::FlightId;

use state::{Phase, State};
use table::{Mark, Slot, Table};

/// Whom a value serves besides the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followers {
    /// Every follower.
    Take,
    /// Those that joined before the leader's last operation was sent; the others start over.
    Early,
    /// None; all start over.
    Again,
}

impl Followers {
    /// None, while the guard holds that keeps a value from them.
    pub(crate) fn none(guard: Guard) -> Self {
        if guard.holds() { Self::Again } else { Self::Take }
    }
}

/// Tables a function's flights are spread over: enough that misses of different keys on a large
/// machine seldom meet at one lock, few enough that revoking all is quick.
const SHARDS: usize = if cfg!(loom) { 1 } else { 16 };

/// The flights in progress of one function.
pub(crate) struct Flights<K, V> {
    shards: Box<[Mutex<Table<K, V>>]>,
}

/// What a leader and its followers share.
struct Flight<V> {
    mark: Mark,
    state: Mutex<State<V>>,
}

/// What a leader brings for its followers.
pub(crate) enum Landing<V> {
    /// A value.
    Filled { value: Landed<V>, story: Story },
    /// The leader's return value, which is not cached; its type is the function's.
    Shared { returned: Parcel, story: Story, refused: bool },
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
        Self { shards: (0..SHARDS).map(|_| Mutex::new(Table::new())).collect() }
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
        if let Some(slot) = table.wanted(hash, |theirs| theirs == mine) {
            if joining == Joining::Instead {
                slot.wanted = false;
            } else {
                return self.board(slot, hash, joining);
            }
        } else if joining != Joining::Instead && present(mine) {
            return Part::Present;
        }
        let mark = table.begin(hash, key.take().expect("checked above"));
        drop(table);
        Part::Leads(Lead::new(self, mark, None))
    }

    /// Joins a flight that is in the table, whose lock is held.
    fn board(&self, slot: &mut Slot<K, V>, hash: u64, joining: Joining) -> Part<'_, K, V> {
        let mark = slot.mark(hash);
        let made = || Arc::new(Flight { mark, state: Mutex::new(State::led()) });
        let flight = Arc::clone(slot.flight.get_or_insert_with(made));
        let mut state = lock(&flight.state);
        match state.phase {
            Phase::Vacant => {
                state.phase = Phase::Led;
                drop(state);
                Part::Leads(Lead::new(self, mark, Some(flight)))
            }
            _ if reentry::holds(self.id(mark)) => Part::Reenters,
            _ => {
                let number = state.next;
                state.next += 1;
                state.followers += 1;
                drop(state);
                let restarted = joining == Joining::Restarted;
                Part::Follows(Follow::new(self, flight, number, restarted))
            }
        }
    }

    /// Detaches every flight whose key is chosen.
    pub(crate) fn detach_all(&self, chosen: impl Fn(&K) -> bool) {
        for shard in &self.shards {
            lock(shard).detach(&chosen);
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
        if let Some(slot) = table.wanted(hash, is) {
            slot.wanted = !Guard::Detach.holds();
        }
        change()
    }

    /// Runs `look` while no [`Flights::change`] of a key with this hash is half done.
    pub(crate) fn between<T>(&self, hash: u64, look: impl FnOnce() -> T) -> T {
        let _table = lock(self.shard(hash));
        look()
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

    /// The flight's identity on the stack of frames.
    fn id(&self, mark: Mark) -> FlightId {
        FlightId::new(std::ptr::from_ref(self.shard(mark.hash)).addr(), mark.number)
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

impl<V> Clone for Landing<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Filled { value, story } => {
                Self::Filled { value: Arc::clone(value), story: *story }
            }
            Self::Shared { returned, story, refused } => {
                Self::Shared { returned: returned.clone(), story: *story, refused: *refused }
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

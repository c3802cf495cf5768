//! A tier in memory, for tests of what needs a shared tier but no server.

mod state;

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use crate::random;
use crate::sync::plain;
use crate::time::clock::{self, Clock, ManualClock};

use state::{Entry, Listener, State, Value};

use super::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};

/// A tier in this process's memory.
///
/// Clones share their entries, so two runtimes over one `Memory` are two nodes over one server.
/// It keeps entries until they are invalidated or replaced; it is not bounded.
///
/// ```
/// use cachekit::backend::Backend;
/// use cachekit::testing::Memory;
///
/// assert_eq!(Memory::new().name(), "memory");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
    clock: Clock,
}

impl Memory {
    /// An empty tier.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tier whose time a test moves.
    pub fn with_clock(clock: &ManualClock) -> Self {
        Self { clock: Clock::Manual(clock.clone()), ..Self::default() }
    }

    /// Plays dead: every operation fails, and the runtimes over this tier are told.
    pub fn kill(&self) {
        let fault = Fault::unreachable("the memory tier plays dead");
        let mut state = plain(&self.state);
        state.fault = Some(fault.clone());
        let told: Vec<_> = state.listeners.iter().map(|listener| Arc::clone(&listener.0)).collect();
        drop(state);
        for tell in &told {
            tell(fault.clone());
        }
    }

    /// Answers again.
    pub fn revive(&self) {
        plain(&self.state).fault = None;
    }

    /// Changes the stored bytes of every value of an entry, as a fault of the store would.
    pub fn corrupt(&self, key: &str, change: impl Fn(&mut Vec<u8>)) {
        if let Some(entry) = plain(&self.state).entries.get_mut(key) {
            entry.values.values_mut().for_each(|value| change(&mut value.bytes));
        }
    }

    /// Whether anything is stored under a key.
    pub fn holds(&self, key: &str) -> bool {
        plain(&self.state).entries.get(key).is_some_and(|entry| !entry.values.is_empty())
    }

    fn now(&self) -> u64 {
        let since = self.clock.wall().duration_since(SystemTime::UNIX_EPOCH);
        u64::try_from(since.unwrap_or(Duration::ZERO).as_millis()).unwrap_or(u64::MAX)
    }

    fn perform<'a, T: Send + 'a>(
        &self,
        operation: impl FnOnce(&mut State) -> Result<T, Fault>,
    ) -> Reply<'a, T> {
        let mut state = plain(&self.state);
        let result = match &state.fault {
            Some(fault) => Err(fault.clone()),
            None => operation(&mut state),
        };
        Box::pin(ready(result))
    }
}

/// Whether anybody still waits for an operation.
fn in_time(until: Instant) -> Result<(), Fault> {
    if clock::now() < until { Ok(()) } else { Err(Fault::timeout()) }
}

impl Backend for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        self.perform(|state| {
            let generation = state.generation(at)?;
            let value =
                state.entries.get(&at.entry).and_then(|entry| entry.values.get(&at.version));
            Ok(match value {
                Some(value) if value.generation != generation => Read::Absent,
                Some(value) if at.max_bytes.is_some_and(|max| value.bytes.len() > max) => {
                    Read::TooLarge
                }
                Some(value) => Read::Bytes(value.bytes.clone()),
                None => Read::Absent,
            })
        })
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        let now = self.now();
        self.perform(|state| {
            in_time(bid.until)?;
            let filler = bid.filler.to_owned();
            let claim = Claim { filler, generation: state.generation(at)?, now };
            let entry = state.entries.entry(at.entry.clone()).or_default();
            entry.fillers.insert(claim.filler.clone());
            Ok(claim)
        })
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        let now = self.now();
        self.perform(|state| {
            let generation = state.generation(at)?;
            let Some(entry) = state.entries.get_mut(&at.entry) else { return Ok(Committed::Lost) };
            if !entry.fillers.remove(&fill.claim.filler) || generation != fill.claim.generation {
                state.prune(at);
                return Ok(Committed::Lost);
            }
            if fill.sole {
                *entry = Entry::default();
            }
            if fill.value.expires <= now {
                // It would not be served: the fill ends as one that returned nothing to keep.
                state.prune(at);
                return Ok(Committed::Stored);
            }
            let value =
                Value { bytes: fill.value.bytes.to_vec(), generation, expires: fill.value.expires };
            entry.values.insert(at.version.clone(), value);
            Ok(Committed::Stored)
        })
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        self.perform(|state| {
            let current = state.generation(at)?;
            let entry = state.entries.get_mut(&at.entry);
            let wanted = entry.is_some_and(|entry| entry.fillers.remove(&claim.filler));
            state.prune(at);
            Ok(wanted && current == claim.generation)
        })
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        self.perform(|state| {
            let Some(entry) = state.entries.get_mut(&at.entry) else {
                return Ok(Rejected::Changed);
            };
            let unchanged = match (entry.values.get(&at.version), seen) {
                (Some(value), Seen::Bytes(bytes)) => value.bytes == bytes,
                _ => false,
            };
            if !unchanged {
                return Ok(Rejected::Changed);
            }
            entry.values.remove(&at.version);
            state.prune(at);
            Ok(Rejected::Removed)
        })
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        self.perform(|state| {
            let Some(entry) = state.entries.get_mut(&at.entry) else {
                return Ok(Rejected::Changed);
            };
            let is_larger = |value: &Value| at.max_bytes.is_some_and(|max| value.bytes.len() > max);
            if !entry.values.get(&at.version).is_some_and(is_larger) {
                return Ok(Rejected::Changed);
            }
            entry.values.remove(&at.version);
            state.prune(at);
            Ok(Rejected::Removed)
        })
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        self.perform(|state| {
            state.entries.remove(&at.entry);
            Ok(())
        })
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        let now = self.now();
        self.perform(|state| {
            in_time(until)?;
            if value.expires <= now {
                state.entries.remove(&at.entry);
                return Ok(Replaced::Ended);
            }
            let generation = state.generation(at)?;
            let bytes = value.bytes.to_vec();
            let value = Value { bytes, generation, expires: value.expires };
            let entry = Entry { values: [(at.version.clone(), value)].into(), ..Entry::default() };
            state.entries.insert(at.entry.clone(), entry);
            Ok(Replaced::Stored)
        })
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        let now = self.now();
        self.perform(|state| {
            in_time(until)?;
            let generation = state.generation(at)?;
            let Some(entry) = state.entries.get_mut(&at.entry) else { return Ok(Swapped::Absent) };
            let Some(value) = entry.values.get_mut(&at.version) else { return Ok(Swapped::Absent) };
            if value.generation != generation || value.expires <= now {
                return Ok(Swapped::Absent);
            }
            if value.bytes != old {
                return Ok(Swapped::Changed);
            }
            let (generation, expires) = (value.generation.clone(), value.expires);
            let value = Value { bytes: new.to_vec(), generation, expires };
            *entry = Entry { values: [(at.version.clone(), value)].into(), ..Entry::default() };
            Ok(Swapped::Stored)
        })
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        self.perform(|state| {
            for key in generations {
                state.generations.insert(key.clone(), random::token().ok_or_else(Fault::random)?);
            }
            Ok(())
        })
    }

    fn ping(&self) -> Reply<'_, ()> {
        self.perform(|_| Ok(()))
    }

    fn time(&self) -> TierTime {
        let now = self.now();
        TierTime { earliest: now, latest: now }
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        plain(&self.state).listeners.push(Listener(lost));
    }
}

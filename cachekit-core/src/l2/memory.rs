//! A tier in memory, for tests of what needs a shared tier but no server: the model of the scripts.

mod keys;
mod operator;
mod scripts;
mod state;

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use crate::random;
use crate::sync::plain;
use crate::time::clock::{self, Clock, ManualClock};

use keys::Keys;
use scripts::{FILLER_LIFE, Script};
use state::{Listener, State};

use super::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};

pub use keys::Kept;

/// A tier in this process's memory, which answers as a Redis server does.
///
/// Clones share their entries, so two runtimes over one `Memory` are two nodes over one server.
///
/// It keeps what a server keeps, for as long, by its own clock: a fill for an hour, an entry for as
/// long as any of its values and fills needs it, a generation for as long as what is stored under
/// it. It is not bounded, and evicts nothing by itself; [`Memory::delete`] does.
///
/// What is asked of it is done as it is asked: the future that an operation returns only tells.
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
    /// An empty tier, by the system's time.
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

    fn now(&self) -> u64 {
        let since = self.clock.wall().duration_since(SystemTime::UNIX_EPOCH);
        u64::try_from(since.unwrap_or(Duration::ZERO).as_millis()).unwrap_or(u64::MAX)
    }

    fn perform<'a, T: Send + 'a>(
        &self,
        operation: impl FnOnce(&mut Keys) -> Result<T, Fault>,
    ) -> Reply<'a, T> {
        let now = self.now();
        let mut state = plain(&self.state);
        let result = match &state.fault {
            Some(fault) => Err(fault.clone()),
            None => operation(state.keys.at(now)),
        };
        Box::pin(ready(result))
    }

    /// One step on the keys of a place.
    fn run<'a, T: Send + 'a>(
        &self,
        at: &Place,
        script: impl FnOnce(Script<'_>) -> Result<T, Fault>,
    ) -> Reply<'a, T> {
        self.perform(|keys| script(Script::new(keys, at)))
    }
}

/// Whether anybody still waits for an operation.
fn in_time(until: Instant) -> Result<(), Fault> {
    if clock::now() < until { Ok(()) } else { Err(Fault::timeout()) }
}

/// A generation for each key that may have none.
fn fresh(at: &Place) -> Result<Vec<String>, Fault> {
    at.generations().map(|_| random::token().ok_or_else(Fault::random)).collect()
}

impl Backend for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        self.run(at, |script| {
            Ok(match at.max_bytes {
                Some(max_bytes) => script.read_within(max_bytes),
                None => script.read(),
            })
        })
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        self.run(at, |script| {
            in_time(bid.until)?;
            script.claim(bid.filler, fresh(at)?)
        })
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        self.run(at, |script| Ok(script.commit(&fill)))
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        self.run(at, |script| Ok(script.abort(claim)))
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        self.run(at, |script| Ok(script.reject(seen)))
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        self.run(at, |script| Ok(at.max_bytes.map_or(Rejected::Changed, |max| script.shed(max))))
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        self.perform(|keys| {
            keys.remove(&at.entry);
            Ok(())
        })
    }

    fn invalidate_many<'a>(&'a self, at: &'a [Place]) -> Reply<'a, ()> {
        self.perform(|keys| {
            for place in at {
                keys.remove(&place.entry);
            }
            Ok(())
        })
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        self.run(at, |script| {
            in_time(until)?;
            Ok(script.replace(value, fresh(at)?))
        })
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        self.run(at, |script| {
            in_time(until)?;
            Ok(script.swap(old, new))
        })
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        self.perform(|keys| {
            for key in generations {
                let fresh = random::token().ok_or_else(Fault::random)?;
                keys.put(key, Kept::Text(fresh.into_bytes()));
                keys.live_for(key, FILLER_LIFE);
            }
            Ok(())
        })
    }

    fn ping(&self) -> Reply<'_, ()> {
        self.perform(|_| Ok(()))
    }

    fn connection(&self) -> Option<u64> {
        // Whatever is asked is done as it is asked.
        Some(0)
    }

    fn time(&self) -> TierTime {
        let now = self.now();
        TierTime { earliest: now, latest: now }
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        plain(&self.state).listeners.push(Listener(lost));
    }
}

//! A tier in memory whose operations a test stops, before they are done or after.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};
use cachekit::testing::Memory;
use tokio::sync::oneshot;

use crate::patience::PATIENCE;

/// A tier in memory whose operations a test stops.
///
/// ```
/// use cachekit_tests::{Moment, Stalled};
///
/// let tier = Stalled::default();
/// let invalidation = tier.stall("invalidate", Moment::Before);
/// // .. the next invalidation is not done before this is dropped.
/// drop(invalidation);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stalled {
    memory: Memory,
    gates: Arc<Mutex<Vec<Gate>>>,
    /// Operations that panic as they are asked for, each as often as it is here.
    panics: Arc<Mutex<Vec<String>>>,
}

/// Where an operation stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before anything is done.
    Before,
    /// When all is done, and nobody was told.
    After,
}

/// An operation that stops, or will when it comes; dropped, it lets it go on.
#[derive(Debug)]
pub struct Stall {
    reached: Receiver<()>,
    _release: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Gate {
    what: String,
    moment: Moment,
    reached: SyncSender<()>,
    released: oneshot::Receiver<()>,
}

impl Stall {
    /// Waits until the operation has stopped.
    ///
    /// # Panics
    ///
    /// If none comes.
    pub fn reached(&self) {
        self.reached.recv_timeout(PATIENCE).expect("an operation to be stopped comes");
    }
}

impl Stalled {
    /// Stops the next operation called `what`, by the name of its method.
    pub fn stall(&self, what: &str, moment: Moment) -> Stall {
        let (reached, comes) = sync_channel(1);
        let (release, released) = oneshot::channel();
        let gate = Gate { what: what.to_owned(), moment, reached, released };
        self.gates.lock().unwrap_or_else(PoisonError::into_inner).push(gate);
        Stall { reached: comes, _release: release }
    }

    /// The tier that is stopped.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Lets the next operations called `what` panic.
    pub fn panics(&self, what: &str, times: usize) {
        let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
        panics.extend(std::iter::repeat_n(what.to_owned(), times));
    }

    /// Panics that are still to come.
    pub fn panics_left(&self) -> usize {
        self.panics.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn panic_if_told(&self, what: &str) {
        let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = panics.iter().position(|name| name == what) {
            panics.remove(at);
            drop(panics);
            panic!("the tier panics in {what}");
        }
    }

    async fn pass(&self, what: &str, moment: Moment) {
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            let at = gates.iter().position(|gate| gate.what == what && gate.moment == moment);
            at.map(|at| gates.remove(at))
        };
        // A test that waits for nothing has dropped its end; then nothing stops the operation.
        if let Some(gate) = gate
            && gate.reached.send(()).is_ok()
        {
            let _ = gate.released.await;
        }
    }

    fn perform<'a, T: Send + 'a>(
        &'a self,
        what: &'static str,
        operation: impl FnOnce(&'a Memory) -> Reply<'a, T> + Send + 'a,
    ) -> Reply<'a, T> {
        Box::pin(async move {
            self.panic_if_told(what);
            self.pass(what, Moment::Before).await;
            let done = operation(&self.memory).await;
            self.pass(what, Moment::After).await;
            done
        })
    }
}

impl Backend for Stalled {
    fn name(&self) -> &'static str {
        "stalled"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        self.perform("read", |memory| memory.read(at))
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        self.perform("claim", move |memory| memory.claim(at, bid))
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        self.perform("commit", move |memory| memory.commit(at, fill))
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        self.perform("abort", move |memory| memory.abort(at, claim))
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        self.perform("reject", move |memory| memory.reject(at, seen))
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        self.perform("shed", |memory| memory.shed(at))
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        self.perform("invalidate", |memory| memory.invalidate(at))
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        self.perform("replace", move |memory| memory.replace(at, value, until))
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        self.perform("swap", move |memory| memory.swap(at, old, new, until))
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        self.perform("bump", |memory| memory.bump(generations))
    }

    fn ping(&self) -> Reply<'_, ()> {
        self.perform("ping", |memory| memory.ping())
    }

    fn time(&self) -> TierTime {
        self.memory.time()
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        self.memory.watch(lost);
    }
}

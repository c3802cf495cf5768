//! A node's connection to the simulated server, as a tier.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::guards::Guard;
use crate::l2::memory::Memory;
use crate::l2::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};
use crate::time::clock;

use super::offset::Offset;
use super::pipe::{Micros, command};
use super::{Line, Network, Watcher};

/// A node's connection to the server of a [`Network`], for `Runtime::builder().backend(..)`.
///
/// It opens itself anew after it was cut, as the next command is sent.
///
/// ```
/// use cachekit::backend::Backend;
/// use cachekit::testing::{Network, Simulation};
///
/// let simulation = Simulation::new(1);
/// let connection = Network::new(&simulation).connect(&simulation.node());
/// assert_eq!(connection.name(), "network");
/// ```
#[derive(Debug)]
pub struct Connection {
    network: Network,
    line: Arc<Line>,
    offset: Offset,
}

/// What a command with a date comes to.
#[derive(Debug)]
enum Dated<T> {
    Done(T),
    /// Its date had passed by the server's clock, and nothing was done.
    Late,
}

impl Connection {
    pub(super) fn new(network: Network, line: Arc<Line>) -> Self {
        Self { network, line, offset: Offset::default() }
    }

    async fn ask<T: fmt::Debug + Send + 'static>(
        &self,
        name: &'static str,
        does: impl FnOnce(&Memory, Micros) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let pipe = self.line.pipe()?;
        let sent = clock::unbroken();
        let (watcher, line) = (self.network.watcher(), self.line.number);
        let (job, answer) = command(&pipe, move |memory, now| {
            let done = does(memory, now);
            if let Some(Watcher(tell)) = watcher {
                tell(&format!("connection {line}: {name}: {done:?}"));
            }
            done
        });
        self.network.send(&pipe, job);
        let (done, told) = answer.await?;
        self.offset.learn(told, sent);
        Ok(done)
    }

    /// Asks for what nothing is done of once `until` has passed, wherever it was held up.
    ///
    /// A server whose clock was stepped takes it for late although it is not, and is asked once more,
    /// since its answer has told its time.
    async fn ask_until<T: fmt::Debug + Send + 'static>(
        &self,
        (name, date): (&'static str, Option<Guard>),
        until: Instant,
        does: impl Fn(&Memory) -> Result<T, Fault> + Clone + Send + 'static,
    ) -> Result<T, Fault> {
        for _ in 0..2 {
            if self.offset.earliest_at(until).is_none() {
                self.ask("time", |_, _| ()).await?;
            }
            let end = self.offset.earliest_at(until).unwrap_or_default();
            let (does, is_dated) = (does.clone(), date.is_none_or(Guard::holds));
            let dated = self.ask(name, move |memory, now| {
                if now / 1000 >= i128::from(end) && is_dated {
                    Ok(Dated::Late)
                } else {
                    does(memory).map(Dated::Done)
                }
            });
            match dated.await?? {
                Dated::Done(done) => return Ok(done),
                Dated::Late if clock::now() >= until => break,
                Dated::Late => {}
            }
        }
        Err(Fault::timeout())
    }
}

/// The answer of a tier that answers at once.
fn at_once<T>(reply: Reply<'_, T>) -> Result<T, Fault> {
    match pin!(reply).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => Err(Fault::protocol("a tier in memory did not answer at once")),
    }
}

/// A date that has not come, for what was found to be in time.
fn in_time() -> Instant {
    clock::now() + Duration::from_secs(3_600)
}

impl Backend for Connection {
    fn name(&self) -> &'static str {
        "network"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        let at = at.clone();
        Box::pin(async move { self.ask("read", move |memory, _| at_once(memory.read(&at))).await? })
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        let (at, filler, until) = (at.clone(), bid.filler.to_owned(), bid.until);
        Box::pin(self.ask_until(("claim", Some(Guard::ClaimDate)), until, move |memory| {
            at_once(memory.claim(&at, Bid { filler: &filler, until: in_time() }))
        }))
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        let (at, claim, sole) = (at.clone(), fill.claim.clone(), fill.sole);
        let (bytes, expires) = (fill.value.bytes.to_vec(), fill.value.expires);
        Box::pin(async move {
            let commit = self.ask("commit", move |memory, _| {
                let value = Stored { bytes: &bytes, expires };
                at_once(memory.commit(&at, Fill { claim: &claim, value, sole }))
            });
            commit.await?
        })
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        let (at, claim) = (at.clone(), claim.clone());
        Box::pin(async move {
            self.ask("abort", move |memory, _| at_once(memory.abort(&at, &claim))).await?
        })
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        let at = at.clone();
        let bytes = match seen {
            Seen::Bytes(bytes) => Some(bytes.to_vec()),
            Seen::WrongType => None,
        };
        Box::pin(async move {
            let reject = self.ask("reject", move |memory, _| {
                let seen = bytes.as_deref().map_or(Seen::WrongType, Seen::Bytes);
                at_once(memory.reject(&at, seen))
            });
            reject.await?
        })
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        let at = at.clone();
        Box::pin(async move { self.ask("shed", move |memory, _| at_once(memory.shed(&at))).await? })
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        let at = at.clone();
        Box::pin(async move {
            self.ask("invalidate", move |memory, _| at_once(memory.invalidate(&at))).await?
        })
    }

    fn invalidate_many<'a>(&'a self, at: &'a [Place]) -> Reply<'a, ()> {
        let at = at.to_vec();
        Box::pin(async move {
            let many = self.ask("invalidate_many", move |memory, _| {
                at.iter().try_for_each(|place| at_once(memory.invalidate(place)))
            });
            many.await?
        })
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        let (at, bytes, expires): (_, Arc<[u8]>, _) =
            (at.clone(), value.bytes.into(), value.expires);
        Box::pin(self.ask_until(("replace", Some(Guard::ReplaceDate)), until, move |memory| {
            let value = Stored { bytes: &bytes, expires };
            at_once(memory.replace(&at, value, in_time()))
        }))
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        let at = at.clone();
        let [old, new]: [Arc<[u8]>; 2] = [old.into(), new.into()];
        Box::pin(self.ask_until(("swap", None), until, move |memory| {
            at_once(memory.swap(&at, &old, &new, in_time()))
        }))
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        let names = generations.to_vec();
        Box::pin(
            async move { self.ask("bump", move |memory, _| at_once(memory.bump(&names))).await? },
        )
    }

    fn ping(&self) -> Reply<'_, ()> {
        Box::pin(async move { self.ask("ping", move |memory, _| at_once(memory.ping())).await? })
    }

    fn connection(&self) -> Option<u64> {
        Some(self.line.state().opened)
    }

    fn time(&self) -> TierTime {
        self.offset.now()
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        self.line.state().lost.push(lost);
    }
}

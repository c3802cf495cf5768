//! Redis as a tier: one HASH an entry, scripts for what must be one step, the server's time alone.
//!
//! ```text
//!   HASH ck2:{ns:b.n}:e:<function>:<digest>
//!     v:<version>   envelope of that version's value
//!     g:<version>   <generation>.[<tenant generation>.]<expires, ms>
//!     f:<filler>    <end of the filler's own life, ms>
//!     l             kept for a lease
//! ```
//!
//! An invalidation, a changed generation, `FLUSHALL`, an eviction and a `DEL` by hand during a fill
//! all keep its commit from storing.

mod bounded;
mod classify;
mod entry;
mod link;
mod offset;
mod open;
mod revoke;
mod scripts;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::redis::Value;

use crate::l2::keys;
use crate::random;
use crate::time::clock;

use super::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Spawn, Stored, Swapped, TierTime,
};
use link::Link;
use scripts::Script;

/// How long a filler's field lives at least: longer than any body that is worth waiting for.
const FILLER_LIFE: Duration = Duration::from_secs(60 * 60);

/// A single Redis server.
#[derive(Debug)]
pub(crate) struct Redis {
    link: Arc<Link>,
}

impl Redis {
    /// A server by its URL, none of whose entries has more than `most` bytes; reaches nothing yet.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the URL, without its password.
    pub(crate) fn new(
        url: &str,
        namespace: &str,
        op_timeout: Duration,
        most: usize,
        spawner: &Arc<dyn Spawn>,
    ) -> Result<Self, String> {
        let info = open::info(url)?;
        let probe = keys::probe(namespace);
        Ok(Self { link: Link::new(info, probe, op_timeout, most, Arc::clone(spawner)) })
    }

    /// Runs a script on a place's keys.
    async fn run(&self, script: &Script, at: &Place, args: &[&[u8]]) -> Result<Value, Fault> {
        let keys = keys(at);
        let values = self.link.send(&script.by_hash(&keys, args)).await?;
        let value = match first(values)? {
            Value::ServerError(error) if error.code() == "NOSCRIPT" => {
                first(self.link.send(&script.by_source(&keys, args)).await?)?
            }
            value => value,
        };
        classify::sound(value)
    }

    async fn number(&self, script: &Script, at: &Place, args: &[&[u8]]) -> Result<i64, Fault> {
        match self.run(script, at, args).await? {
            Value::Int(number) => Ok(number),
            _ => Err(Fault::protocol("a script answered with something else than a number")),
        }
    }

    /// Runs a script that does nothing once `until` has passed, wherever it was held up.
    ///
    /// A server whose clock was stepped forward takes it for late although it is not: it then tells
    /// its time, and is asked once more.
    async fn run_until(
        &self,
        script: &Script,
        at: &Place,
        until: Instant,
        args: &[&[u8]],
    ) -> Result<Value, Fault> {
        for _ in 0..2 {
            let date = self.link.date(until).await?.to_string();
            let dated: Vec<_> =
                std::iter::once(date.as_bytes()).chain(args.iter().copied()).collect();
            let sent = clock::unbroken();
            let answer = self.run(script, at, &dated).await?;
            let Some(server) = told(&answer, b"late") else {
                if let Some(server) = told(&answer, b"ended") {
                    self.link.learn(server, sent, clock::unbroken());
                }
                return Ok(answer);
            };
            self.link.learn(server, sent, clock::unbroken());
            if clock::now() >= until {
                break;
            }
        }
        Err(Fault::timeout())
    }

    async fn claim_place(&self, at: &Place, bid: Bid<'_>) -> Result<Claim, Fault> {
        let fresh = [
            random::token().ok_or_else(Fault::random)?,
            random::token().ok_or_else(Fault::random)?,
        ];
        let args = [bid.filler.as_bytes(), FILLER_MS, fresh[0].as_bytes(), fresh[1].as_bytes()];
        let answer = match self.run_until(&scripts::CLAIM, at, bid.until, &args).await? {
            Value::Array(answer) => answer,
            Value::Int(0) => return Err(Fault::poison()),
            _ => return Err(no_pair()),
        };
        match <[Value; 2]>::try_from(answer) {
            Ok([Value::BulkString(generation), Value::BulkString(now)]) => {
                let generation = text(generation)?;
                let now = text(now)?.parse().map_err(|_ignored| Fault::protocol("no time"))?;
                Ok(Claim { filler: bid.filler.to_owned(), generation, now })
            }
            _ => Err(no_pair()),
        }
    }

    async fn commit_fill(&self, at: &Place, fill: Fill<'_>) -> Result<Committed, Fault> {
        let expires = fill.value.expires.to_string();
        let sole = if fill.sole { b"1" } else { b"0" };
        let args = [
            fill.claim.filler.as_bytes(),
            fill.claim.generation.as_bytes(),
            at.version.as_bytes(),
            fill.value.bytes,
            expires.as_bytes(),
            sole,
        ];
        match self.number(&scripts::COMMIT, at, &args).await? {
            1 => Ok(Committed::Stored),
            0 => Ok(Committed::Lost),
            _ => Err(Fault::protocol("a commit was answered with an unknown number")),
        }
    }
}

/// The keys that a script is given.
fn keys(at: &Place) -> Vec<&str> {
    std::iter::once(at.entry.as_str()).chain(at.generations()).collect()
}

/// [`FILLER_LIFE`] as the scripts take it.
const FILLER_MS: &[u8] = b"3600000";

const _: () = assert!(FILLER_LIFE.as_millis() == 3_600_000, "one constant in two forms");

/// The server's time in microseconds, where an answer is this verdict with it.
fn told(answer: &Value, verdict: &[u8]) -> Option<i128> {
    let Value::Array(pair) = answer else { return None };
    let [Value::BulkString(said), Value::BulkString(micros)] = pair.as_slice() else { return None };
    let micros = || str::from_utf8(micros).ok()?.parse::<i64>().ok();
    if said == verdict { micros().map(i128::from) } else { None }
}

fn no_pair() -> Fault {
    Fault::protocol("a claim was answered with something else than a pair")
}

fn first(values: Vec<Value>) -> Result<Value, Fault> {
    values.into_iter().next().ok_or(Fault::protocol("a command was not answered"))
}

fn text(bytes: Vec<u8>) -> Result<String, Fault> {
    String::from_utf8(bytes).map_err(|_ignored| Fault::protocol("an answer is not text"))
}

impl Backend for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        Box::pin(async move {
            match at.max_bytes {
                Some(max_bytes) => self.read_within(at, max_bytes).await,
                None => self.read_place(at).await,
            }
        })
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        Box::pin(self.shed_larger(at))
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        Box::pin(self.claim_place(at, bid))
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        Box::pin(self.commit_fill(at, fill))
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        Box::pin(async move {
            let args = [claim.filler.as_bytes(), claim.generation.as_bytes()];
            Ok(self.number(&scripts::ABORT, at, &args).await? == 1)
        })
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        Box::pin(self.reject_seen(at, seen))
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        Box::pin(async move { self.number(&scripts::INVALIDATE, at, &[]).await.map(drop) })
    }

    fn invalidate_many<'a>(&'a self, at: &'a [Place]) -> Reply<'a, ()> {
        Box::pin(self.invalidate_all(at))
    }

    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced> {
        Box::pin(async move {
            let expires = value.expires.to_string();
            let fresh = [
                random::token().ok_or_else(Fault::random)?,
                random::token().ok_or_else(Fault::random)?,
            ];
            let args = [
                at.version.as_bytes(),
                value.bytes,
                expires.as_bytes(),
                fresh[0].as_bytes(),
                fresh[1].as_bytes(),
            ];
            match self.run_until(&scripts::REPLACE, at, until, &args).await? {
                Value::Int(1) => Ok(Replaced::Stored),
                answer if told(&answer, b"ended").is_some() => Ok(Replaced::Ended),
                _ => Err(Fault::protocol("a replacement was answered with something unknown")),
            }
        })
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        Box::pin(async move {
            let args = [at.version.as_bytes(), old, new];
            match self.run_until(&scripts::SWAP, at, until, &args).await? {
                Value::Int(2) => Ok(Swapped::Stored),
                Value::Int(1) => Ok(Swapped::Changed),
                Value::Int(0) => Ok(Swapped::Absent),
                _ => Err(Fault::protocol("a swap was answered with something unknown")),
            }
        })
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        Box::pin(self.bump_all(generations))
    }

    fn ping(&self) -> Reply<'_, ()> {
        Box::pin(self.link.probe())
    }

    fn connection(&self) -> Option<u64> {
        self.link.connection()
    }

    fn time(&self) -> TierTime {
        self.link.time()
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        self.link.watch(lost);
    }

    fn watch_clock(&self, unsound: Arc<dyn Fn(String) + Send + Sync>) {
        self.link.watch_clock(unsound);
    }
}

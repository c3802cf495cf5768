//! A tier in memory that works but for one flaw, of those that a tier of one's own may have.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime,
};
use cachekit::testing::Memory;

/// What a tier does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A commit stores although its fill was revoked.
    Fence,
    /// What comes too late is done.
    Patience,
    /// A rejection removes whatever is there.
    Comparison,
    /// A rejection says that it is made, and is not.
    Removal,
    /// A rejection removes the whole entry.
    Excess,
    /// A bump is confirmed and not made.
    Bump,
    /// A refresh is taken for any other fill.
    Company,
    /// Of several invalidations, the first is made.
    Several,
    /// No invalidations at all are an error.
    Nothing,
    /// A replacement says that it is stored, whatever came of it.
    Verdict,
    /// A replacement is taken for an invalidation.
    Refusal,
    /// A swap changes whatever is there.
    Blindness,
    /// A swap begins a new life.
    Life,
    /// A claim picks the filler's name by itself.
    Name,
    /// A claim takes the place of those before it.
    Rivals,
    /// Each version has an entry of its own.
    Apart,
    /// All entries of a function are one.
    Wide,
    /// A claim begins its value's life by another clock.
    Time,
    /// A value of just so many bytes as it may have is too large.
    Size,
    /// A read loses the last byte.
    Bytes,
    /// Nothing is read as an empty value.
    Empty,
}

/// A tier in memory with a flaw.
#[derive(Debug)]
pub(super) struct Flawed {
    memory: Memory,
    flaw: Flaw,
    /// The last claim, for a flaw that forgets it.
    last: Mutex<Option<(String, Claim)>>,
}

/// A filler that nobody knows, which is waited for.
#[expect(clippy::disallowed_methods, reason = "a tier of one's own tells time by itself")]
fn bid() -> Bid<'static> {
    let filler = "ffffffffffffffffffffffffffffffff";
    Bid { filler, until: Instant::now() + Duration::from_secs(60) }
}

impl Flawed {
    pub(super) fn new(flaw: Flaw) -> Self {
        Self { memory: Memory::new(), flaw, last: Mutex::default() }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn until(&self, until: Instant) -> Instant {
        if self.has(Flaw::Patience) { until + Duration::from_secs(3_600) } else { until }
    }

    fn at(&self, at: &Place) -> Place {
        let mut at = at.clone();
        match self.flaw {
            Flaw::Apart => at.entry.push_str(&at.version),
            // What follows the bucket names the function.
            Flaw::Wide => at.entry = at.generation.split('}').skip(1).collect(),
            Flaw::Size => at.max_bytes = at.max_bytes.map(|most| most - 1),
            _ => {}
        }
        at
    }

    /// A later end than any that was asked for.
    fn later(&self) -> u64 {
        self.memory.time().latest + 60_000
    }
}

impl Backend for Flawed {
    fn name(&self) -> &'static str {
        "flawed"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        Box::pin(async move {
            match self.memory.read(&self.at(at)).await? {
                Read::Bytes(mut bytes) if self.has(Flaw::Bytes) => {
                    bytes.pop();
                    Ok(Read::Bytes(bytes))
                }
                Read::Absent if self.has(Flaw::Empty) => Ok(Read::Bytes(Vec::new())),
                read => Ok(read),
            }
        })
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        Box::pin(async move {
            let at = self.at(at);
            let filler = bid.filler.chars().rev().collect::<String>();
            let filler = if self.has(Flaw::Name) { &filler } else { bid.filler };
            let bid = Bid { filler, until: self.until(bid.until) };
            let mut claim = self.memory.claim(&at, bid).await?;
            if self.has(Flaw::Time) {
                claim.now -= 60_000;
            }
            let last = (at.entry.clone(), claim.clone());
            let last = self.last.lock().expect("no panic").replace(last);
            if let Some((entry, last)) = last
                && self.has(Flaw::Rivals)
                && entry == at.entry
            {
                self.memory.abort(&at, &last).await?;
            }
            Ok(claim)
        })
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        Box::pin(async move {
            let at = self.at(at);
            let fill = Fill { sole: fill.sole && !self.has(Flaw::Company), ..fill };
            let committed = self.memory.commit(&at, fill).await?;
            if committed == Committed::Lost && self.has(Flaw::Fence) {
                let claim = self.memory.claim(&at, bid()).await?;
                return self.memory.commit(&at, Fill { claim: &claim, ..fill }).await;
            }
            Ok(committed)
        })
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        Box::pin(async move { self.memory.abort(&self.at(at), claim).await })
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        Box::pin(async move {
            let at = self.at(at);
            match (self.flaw, self.memory.read(&at).await?) {
                (Flaw::Comparison, Read::Bytes(bytes)) => {
                    self.memory.reject(&at, Seen::Bytes(&bytes)).await
                }
                (Flaw::Removal, Read::Bytes(bytes)) if seen == Seen::Bytes(&bytes) => {
                    Ok(Rejected::Removed)
                }
                _ => {
                    let rejected = self.memory.reject(&at, seen).await?;
                    if rejected == Rejected::Removed && self.has(Flaw::Excess) {
                        self.memory.invalidate(&at).await?;
                    }
                    Ok(rejected)
                }
            }
        })
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        Box::pin(async move { self.memory.shed(&self.at(at)).await })
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        Box::pin(async move { self.memory.invalidate(&self.at(at)).await })
    }

    fn invalidate_many<'a>(&'a self, at: &'a [Place]) -> Reply<'a, ()> {
        let most = if self.has(Flaw::Several) { at.len().min(1) } else { at.len() };
        Box::pin(async move {
            if at.is_empty() && self.has(Flaw::Nothing) {
                return Err(Fault::protocol("nothing was answered"));
            }
            for at in &at[..most] {
                self.invalidate(at).await?;
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
        Box::pin(async move {
            let at = self.at(at);
            let replaced = self.memory.replace(&at, value, self.until(until)).await?;
            match self.flaw {
                Flaw::Verdict => return Ok(Replaced::Stored),
                Flaw::Refusal => self.memory.invalidate(&at).await?,
                _ => {}
            }
            Ok(replaced)
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
            let (at, until) = (self.at(at), self.until(until));
            match (self.flaw, self.memory.read(&at).await?) {
                (Flaw::Blindness, Read::Bytes(old)) => {
                    self.memory.swap(&at, &old, new, until).await
                }
                (Flaw::Life, Read::Bytes(bytes)) if bytes == old => {
                    let value = Stored { bytes: new, expires: self.later() };
                    self.memory.replace(&at, value, until).await.map(|_| Swapped::Stored)
                }
                _ => self.memory.swap(&at, old, new, until).await,
            }
        })
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        self.memory.bump(if self.has(Flaw::Bump) { &[] } else { generations })
    }

    fn ping(&self) -> Reply<'_, ()> {
        self.memory.ping()
    }

    fn time(&self) -> TierTime {
        self.memory.time()
    }

    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        self.memory.watch(lost);
    }
}

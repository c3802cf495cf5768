//! A tier that answers at once: what is left of a hit is what the cache itself does.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fill, Place, Read, Rejected, Replaced, Reply, Seen, Stored,
    Swapped, TierTime,
};

#[derive(Debug, Default)]
pub(crate) struct Still(Mutex<HashMap<String, Vec<u8>>>);

impl Still {
    fn put(&self, at: &Place, bytes: &[u8]) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(at.entry.clone(), bytes.to_vec());
    }
}

fn now<'a, T: Send + 'a>(answer: T) -> Reply<'a, T> {
    Box::pin(ready(Ok(answer)))
}

impl Backend for Still {
    fn name(&self) -> &'static str {
        "still"
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now(entries.get(&at.entry).map_or(Read::Absent, |bytes| Read::Bytes(bytes.clone())))
    }

    fn claim<'a>(&'a self, _: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        let now_millis = self.time().earliest;
        now(Claim { filler: bid.filler.to_owned(), generation: String::new(), now: now_millis })
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        self.put(at, fill.value.bytes);
        now(Committed::Stored)
    }

    fn abort<'a>(&'a self, _: &'a Place, _: &'a Claim) -> Reply<'a, bool> {
        now(true)
    }

    fn reject<'a>(&'a self, _: &'a Place, _: Seen<'a>) -> Reply<'a, Rejected> {
        now(Rejected::Changed)
    }

    fn invalidate<'a>(&'a self, _: &'a Place) -> Reply<'a, ()> {
        now(())
    }

    fn replace<'a>(&'a self, at: &'a Place, value: Stored<'a>, _: Instant) -> Reply<'a, Replaced> {
        self.put(at, value.bytes);
        now(Replaced::Stored)
    }

    fn swap<'a>(
        &'a self,
        _: &'a Place,
        _: &'a [u8],
        _: &'a [u8],
        _: Instant,
    ) -> Reply<'a, Swapped> {
        now(Swapped::Absent)
    }

    fn bump<'a>(&'a self, _: &'a [String]) -> Reply<'a, ()> {
        now(())
    }

    fn ping(&self) -> Reply<'_, ()> {
        now(())
    }

    #[expect(clippy::disallowed_methods, reason = "a tier tells its own time")]
    fn time(&self) -> TierTime {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        TierTime { earliest: millis, latest: millis }
    }
}

//! A directory as a tier: one file a value, one file a fill, and the host's own clock.
//!
//! The file holds the envelope and nothing else; the directory is the index. Several processes of
//! one host may share it: every step that others can see is one rename or one removal, and changes
//! that compare before they act hold a lock file. `docs/disk.md` has the layout, the fence and what
//! holds when a process dies between any two steps.

mod alerts;
mod entry;
mod files;
mod fill;
mod folder;
mod index;
mod janitor;
mod path;
mod reservation;
mod sweep;
mod writes;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::l2::io::{Pool, Wanted};

use super::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped, TierTime, Usage,
};
use fill::Value;
use folder::Folder;
use janitor::Bell;
use path::Spot;

pub(crate) use folder::Settings;

/// What events and metrics call the tier.
const NAME: &str = "disk";

/// A directory.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: Arc<Folder>,
    pool: Pool,
    bell: Arc<Bell>,
}

impl Disk {
    /// A directory; touches nothing yet.
    pub(crate) fn new(settings: Settings, pool: Pool) -> Self {
        Self { folder: Arc::new(Folder::new(settings)), pool, bell: Arc::default() }
    }

    /// The work that keeps the directory clean, for as long as it is polled.
    pub(crate) fn tend(&self) -> impl Future<Output = ()> + Send + 'static {
        janitor::tend(Arc::clone(&self.folder), Arc::clone(&self.bell), self.pool.clone())
    }

    /// Does what may block, on a thread that may.
    async fn perform<T: Send + 'static>(
        &self,
        place: u64,
        work: impl FnOnce(&Folder, &Wanted) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let folder = Arc::clone(&self.folder);
        let done = self.pool.run(move |wanted| work(&folder, wanted)).await;
        let result = done.unwrap_or(Err(Fault::unreachable("an operation ended before its time")));
        // What came too late says nothing of the disk.
        if let Err(fault) = &result
            && *fault != Fault::timeout()
        {
            // A disk that takes no writes does so everywhere.
            let place = if fault.is_read_only() { 0 } else { place };
            self.folder.told.tell(fault, place);
        }
        result
    }

    /// The same for one entry.
    async fn at<T: Send + 'static>(
        &self,
        place: &Place,
        work: impl FnOnce(&Folder, &Spot, &Wanted) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let spot = Spot::of(place)?;
        let number = u64::from_str_radix(&spot.digest()[..16], 16).unwrap_or(0);
        self.perform(number, move |folder, wanted| work(folder, &spot, wanted)).await
    }

    async fn invalidate_all(&self, at: &[Place]) -> Result<(), Fault> {
        let spots = at.iter().map(Spot::of).collect::<Result<Vec<_>, _>>()?;
        self.perform(0, move |folder, wanted| {
            spots.iter().try_for_each(|spot| folder.invalidate(spot, wanted))
        })
        .await
    }

    async fn bump_all(&self, generations: &[String]) -> Result<(), Fault> {
        // A directory holds all buckets of a function.
        let directories = generations.iter().map(|key| path::generation(key));
        let directories: BTreeSet<_> = directories.collect::<Result<_, _>>()?;
        let bumped = self.perform(0, move |folder, _| {
            directories.iter().try_for_each(|directory| folder.bump(directory))
        });
        let bumped = bumped.await;
        self.bell.ring();
        bumped
    }
}

impl Backend for Disk {
    fn name(&self) -> &'static str {
        NAME
    }

    fn tier(&self) -> &'static str {
        NAME
    }

    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read> {
        let most = most(at);
        Box::pin(self.at(at, move |folder, spot, wanted| folder.read(spot, most, wanted)))
    }

    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim> {
        let (filler, until) = (bid.filler.to_owned(), bid.until);
        Box::pin(self.at(at, move |folder, spot, wanted| {
            let wanted = wanted.until(until);
            if !wanted.still() {
                return Err(Fault::timeout());
            }
            let claim = folder.claim(spot, filler)?;
            if !wanted.still() {
                // Nobody will ever commit or abort it.
                drop(folder.abort(spot, &claim.filler));
            }
            Ok(claim)
        }))
    }

    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed> {
        let token = fill.claim.filler.clone();
        let (value, sole) = (Value::from(fill.value), fill.sole);
        Box::pin(
            self.at(at, move |folder, spot, wanted| {
                folder.commit(spot, &token, &value, sole, wanted)
            }),
        )
    }

    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool> {
        let token = claim.filler.clone();
        Box::pin(self.at(at, move |folder, spot, _| folder.abort(spot, &token)))
    }

    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected> {
        let seen = match seen {
            Seen::Bytes(bytes) => Some(bytes.to_vec()),
            Seen::WrongType => None,
        };
        Box::pin(
            self.at(at, move |folder, spot, wanted| folder.reject(spot, seen.as_deref(), wanted)),
        )
    }

    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        let most = most(at);
        Box::pin(self.at(at, move |folder, spot, wanted| folder.shed(spot, most, wanted)))
    }

    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()> {
        Box::pin(self.at(at, Folder::invalidate))
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
        let value = Value::from(value);
        Box::pin(
            self.at(at, move |folder, spot, wanted| {
                folder.replace(spot, &value, &wanted.until(until))
            }),
        )
    }

    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped> {
        let (old, new) = (old.to_vec(), new.to_vec());
        Box::pin(self.at(at, move |folder, spot, wanted| {
            folder.swap(spot, &old, &new, &wanted.until(until))
        }))
    }

    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()> {
        Box::pin(self.bump_all(generations))
    }

    fn ping(&self) -> Reply<'_, ()> {
        Box::pin(self.perform(0, |folder, _| folder.probe()))
    }

    fn connection(&self) -> Option<u64> {
        // What begins holds the entry's lock, which what is asked later waits for.
        Some(0)
    }

    fn time(&self) -> TierTime {
        let now = self.folder.now();
        TierTime { earliest: now, latest: now }
    }

    fn usage(&self) -> Option<Usage> {
        let index = self.folder.index();
        Some(Usage {
            entries: index.len(),
            bytes: index.bytes(),
            max_bytes: self.folder.max_bytes,
            evictions: self.folder.evictions.load(Ordering::Relaxed),
            refuses: self.folder.writes.refused(),
        })
    }
}

/// The most bytes that a value's file may have to be read.
fn most(at: &Place) -> usize {
    at.max_bytes.unwrap_or(entry::MOST_BYTES)
}

impl From<Stored<'_>> for Value {
    fn from(value: Stored<'_>) -> Self {
        Self { bytes: value.bytes.to_vec(), expires: value.expires }
    }
}

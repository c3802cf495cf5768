//! Backend: the trait that a shared tier implements; bytes in, bytes out, and a fence.

pub(crate) mod access;
pub(crate) mod breaker;
#[cfg(all(feature = "l2", feature = "testing"))]
pub(crate) mod conformance;
#[cfg(feature = "disk")]
pub(crate) mod disk;
mod fault;
pub(crate) mod gate;
#[cfg_attr(not(feature = "l2"), path = "l2/io/none.rs")]
pub(crate) mod io;
#[cfg_attr(not(feature = "l2"), path = "l2/no_keys.rs")]
pub(crate) mod keys;
#[cfg(all(feature = "l2", feature = "testing"))]
pub(crate) mod memory;
pub(crate) mod outage;
pub(crate) mod owed;
#[cfg(feature = "redis")]
pub(crate) mod redis;
mod verdict;

pub use fault::Fault;
pub use verdict::{Committed, Rejected, Replaced, Seen, Swapped};

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

/// What a backend's operation comes to.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// A shared tier: entries of bytes, fillers that an invalidation revokes, generations.
///
/// An entry holds one value *field* per version of the function's return type, and one field per
/// *filler*: a call that is computing the value. The fence is this: [`Backend::commit`] stores
/// only while its filler's field is still there and the generations are those it was claimed
/// under; whatever invalidates, deletes the fields or replaces the generations. So an entry that
/// was deleted, evicted or flushed by others fails in the same safe direction.
///
/// Operations are bounded and counted by the runtime; an implementation need not retry, time out
/// or break circuits. Its futures are polled on the caller's thread and must need no ambient
/// runtime.
///
/// What is asked with an `until` is waited for until then and no longer: an operation that would
/// take effect later, from whatever queue, does nothing and answers [`Fault::timeout`]. So what its
/// caller has given up never happens after what came next.
///
/// `testing::conformance` holds a tier to all of this, and names each rule that it breaks.
pub trait Backend: Send + Sync + fmt::Debug + 'static {
    /// A short name for events, metrics and errors, such as `"redis"`.
    fn name(&self) -> &'static str;

    /// Reads a value field whose generations are still current.
    fn read<'a>(&'a self, at: &'a Place) -> Reply<'a, Read>;

    /// Registers a filler under the name that it brings, and makes the generations exist.
    fn claim<'a>(&'a self, at: &'a Place, bid: Bid<'a>) -> Reply<'a, Claim>;

    /// Stores a value if its fill is still wanted, and removes the filler.
    fn commit<'a>(&'a self, at: &'a Place, fill: Fill<'a>) -> Reply<'a, Committed>;

    /// Removes a filler; answers whether its fill was still wanted.
    fn abort<'a>(&'a self, at: &'a Place, claim: &'a Claim) -> Reply<'a, bool>;

    /// Removes a value field if it still holds what was seen.
    fn reject<'a>(&'a self, at: &'a Place, seen: Seen<'a>) -> Reply<'a, Rejected>;

    /// Removes a value field that has more bytes than [`Place::max_bytes`].
    ///
    /// Asked only after [`Backend::read`] answered [`Read::TooLarge`].
    fn shed<'a>(&'a self, at: &'a Place) -> Reply<'a, Rejected> {
        let _ = at;
        Box::pin(std::future::ready(Ok(Rejected::Changed)))
    }

    /// Removes every version's value and revokes every fill of an entry.
    fn invalidate<'a>(&'a self, at: &'a Place) -> Reply<'a, ()>;

    /// Invalidates several entries; done when all are.
    fn invalidate_many<'a>(&'a self, at: &'a [Place]) -> Reply<'a, ()> {
        Box::pin(async move {
            for place in at {
                self.invalidate(place).await?;
            }
            Ok(())
        })
    }

    /// Stores a value in place of every version's and revokes every fill, in one step.
    fn replace<'a>(
        &'a self,
        at: &'a Place,
        value: Stored<'a>,
        until: Instant,
    ) -> Reply<'a, Replaced>;

    /// Replaces a value field that still holds `old`, and revokes every fill; the life stays.
    fn swap<'a>(
        &'a self,
        at: &'a Place,
        old: &'a [u8],
        new: &'a [u8],
        until: Instant,
    ) -> Reply<'a, Swapped>;

    /// Gives the named generations new values, so that nothing stored under them is read again.
    fn bump<'a>(&'a self, generations: &'a [String]) -> Reply<'a, ()>;

    /// Makes sure that the tier can be read and written, reconnecting if need be.
    fn ping(&self) -> Reply<'_, ()>;

    /// The tier's own time now.
    fn time(&self) -> TierTime;

    /// The connection that operations are sent on: of two that are sent on the same one, the one that
    /// is sent later is obeyed later. `None` where nobody knows.
    ///
    /// Where it is another, or nobody knows, what stores something and was given up is waited for
    /// until its date before the entry is changed again.
    fn connection(&self) -> Option<u64> {
        None
    }

    /// What metrics call the tier that undecodable entries were found in.
    fn tier(&self) -> &'static str {
        "l2"
    }

    /// What the tier keeps, where it counts that itself; must not block.
    fn usage(&self) -> Option<Usage> {
        None
    }

    /// Hands over whom to tell when the tier is gone and one immediate reconnect failed.
    ///
    /// A tier without connections has nothing to tell.
    fn watch(&self, lost: Arc<dyn Fn(Fault) + Send + Sync>) {
        drop(lost);
    }

    /// Hands over whom to tell, in words for an operator, that the tier's clock cannot be right.
    ///
    /// Told when that begins, not at every reading. A tier by this host's clock has nothing to tell.
    fn watch_clock(&self, unsound: Arc<dyn Fn(String) + Send + Sync>) {
        drop(unsound);
    }
}

/// Where a value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The entry's key.
    pub entry: String,
    /// The version of the value's type, as sixteen hexadecimal digits.
    pub version: String,
    /// The key of the function's generation in the entry's bucket.
    pub generation: String,
    /// The key of the tenant's generation, for functions that name a tenant.
    pub tenant_generation: Option<String>,
    /// The most bytes that a value field may have to be read; `None` leaves that to the reader.
    ///
    /// Where it is set, the store is not trusted: a tier answers [`Read::TooLarge`] rather than
    /// transfer what is larger, if it can tell.
    pub max_bytes: Option<usize>,
}

impl Place {
    /// A place by its names.
    pub fn new(
        entry: String,
        version: String,
        generation: String,
        tenant_generation: Option<String>,
    ) -> Self {
        Self { entry, version, generation, tenant_generation, max_bytes: None }
    }

    /// The same, of which no more than so many bytes may be read.
    #[must_use]
    pub fn within(mut self, max_bytes: usize) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// The keys of the generations that a value here depends on.
    pub fn generations(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.generation.as_str()).chain(self.tenant_generation.as_deref())
    }
}

/// What a read found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Nothing that may be read.
    Absent,
    /// The field's bytes.
    Bytes(Vec<u8>),
    /// Something that is not an entry.
    WrongType,
    /// More bytes than [`Place::max_bytes`], which were not transferred.
    TooLarge,
}

/// A filler that asks to be registered.
#[derive(Debug, Clone, Copy)]
pub struct Bid<'a> {
    /// The filler's name: 128 bits of the operating system's randomness, as 32 hexadecimal digits.
    pub filler: &'a str,
    /// When nobody waits for it any more.
    pub until: Instant,
}

/// A registered filler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The filler's name, as its bid had it.
    pub filler: String,
    /// The generations that the fill must still find when it commits.
    pub generation: String,
    /// The tier's time when the filler was registered, in milliseconds since the Unix epoch: the
    /// start of the value's life.
    pub now: u64,
}

/// A value to store, with its end.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// The field's bytes.
    pub bytes: &'a [u8],
    /// When the value ends, in milliseconds of the tier's time.
    pub expires: u64,
}

/// A fill that commits.
#[derive(Debug, Clone, Copy)]
pub struct Fill<'a> {
    /// The filler that was registered, and what it must still find.
    pub claim: &'a Claim,
    /// The value.
    pub value: Stored<'a>,
    /// Whether the commit takes the place of every version's value and filler, as a refresh does.
    pub sole: bool,
}

/// What a tier keeps, as far as it counts that itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// Values.
    pub entries: usize,
    /// What they take.
    pub bytes: u64,
    /// What they may take.
    pub max_bytes: u64,
    /// Values that made room for others.
    pub evictions: u64,
    /// Why the tier takes no writes at present, although it is read.
    pub refuses: Option<Fault>,
}

/// A tier's time, known up to the delay of the reply that told it.
///
/// Milliseconds since the Unix epoch. A reader ends a value by `latest`, a writer begins one by
/// `earliest`, so that uncertainty only shortens lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierTime {
    /// The time is at least this.
    pub earliest: u64,
    /// The time is at most this.
    pub latest: u64,
}

/// Starts work that nobody waits for.
pub(crate) trait Spawn: Send + Sync + fmt::Debug {
    fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>);
}

//! One operation as a tier is asked it, and what it tells.

use std::pin::Pin;
use std::time::Instant;

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Reply, Seen,
    Stored, Swapped,
};

use super::value::Made;

/// An operation with all that it takes.
#[derive(Debug, Clone)]
pub(super) enum Task {
    Read(Place),
    Claim(Place, String, Instant),
    Commit(Place, Claim, Stow, bool),
    Abort(Place, Claim),
    Reject(Place, Option<Vec<u8>>),
    Shed(Place),
    Invalidate(Place),
    InvalidateMany(Vec<Place>),
    Replace(Place, Stow, Instant),
    Swap(Place, Made, Made, Instant),
    Bump(Vec<String>),
}

/// A value, and its end in the tier's own time.
#[derive(Debug, Clone)]
pub(super) struct Stow {
    pub(super) bytes: Vec<u8>,
    pub(super) expires: u64,
}

impl Task {
    /// The operation's name in the proxy: its script, or its command.
    pub(super) fn command(&self) -> &'static str {
        match self {
            Self::Read(at) if at.max_bytes.is_none() => "HMGET",
            Self::Read(_) => "read",
            Self::Claim(..) => "claim",
            Self::Commit(..) => "commit",
            Self::Abort(..) => "abort",
            Self::Reject(..) => "reject",
            Self::Shed(_) => "shed",
            Self::Invalidate(_) | Self::InvalidateMany(_) => "invalidate",
            Self::Replace(..) => "replace",
            Self::Swap(..) => "swap",
            Self::Bump(_) => "SET",
        }
    }
}

impl Stow {
    fn stored(&self) -> Stored<'_> {
        Stored { bytes: &self.bytes, expires: self.expires }
    }
}

/// What an operation tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    Read(Read),
    Claimed(Claim),
    Committed(Committed),
    Aborted(bool),
    Rejected(Rejected),
    Replaced(Replaced),
    Swapped(Swapped),
    Done,
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    Told(Told),
    Failed(Fault),
    /// The tier could not be reached.
    Away,
    /// It was obeyed, and its caller knows nothing; where the harness does, it is here.
    Unknown(Option<Told>),
    /// It was not asked.
    Nothing,
}

/// An answer to come.
pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = Result<Told, Fault>> + 'a>>;

/// Asks a tier; what a tier does as it is asked is done when this returns.
pub(super) fn ask<'a>(tier: &'a dyn Backend, task: &'a Task) -> Answer<'a> {
    match task {
        Task::Read(at) => told(tier.read(at), Told::Read),
        Task::Claim(at, filler, until) => {
            told(tier.claim(at, Bid { filler, until: *until }), Told::Claimed)
        }
        Task::Commit(at, claim, value, sole) => {
            let fill = Fill { claim, value: value.stored(), sole: *sole };
            told(tier.commit(at, fill), Told::Committed)
        }
        Task::Abort(at, claim) => told(tier.abort(at, claim), Told::Aborted),
        Task::Reject(at, seen) => {
            let seen = seen.as_deref().map_or(Seen::WrongType, Seen::Bytes);
            told(tier.reject(at, seen), Told::Rejected)
        }
        Task::Shed(at) => told(tier.shed(at), Told::Rejected),
        Task::Invalidate(at) => told(tier.invalidate(at), |()| Told::Done),
        Task::InvalidateMany(at) => told(tier.invalidate_many(at), |()| Told::Done),
        Task::Replace(at, value, until) => {
            told(tier.replace(at, value.stored(), *until), Told::Replaced)
        }
        Task::Swap(at, old, new, until) => {
            told(tier.swap(at, &old.bytes, &new.bytes, *until), Told::Swapped)
        }
        Task::Bump(generations) => told(tier.bump(generations), |()| Told::Done),
    }
}

fn told<'a, T: 'a>(reply: Reply<'a, T>, tell: impl FnOnce(T) -> Told + 'a) -> Answer<'a> {
    Box::pin(async move { reply.await.map(tell) })
}

impl Came {
    /// What a tier that is there answered.
    pub(super) fn of(answer: Result<Told, Fault>) -> Self {
        match answer {
            Ok(told) => Self::Told(told),
            Err(fault) => Self::Failed(fault),
        }
    }

    /// What a tier that is away answered: a fault of its own, or something that it must not.
    pub(super) fn of_away(answer: Result<Told, Fault>) -> Self {
        match answer {
            Err(fault) if fault != Fault::poison() && fault != Fault::timeout() => Self::Away,
            answer => Self::of(answer),
        }
    }

    /// In a word, for counting.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Told(Told::Read(Read::Bytes(_))) => "read a value".to_owned(),
            Self::Told(Told::Claimed(_)) => "claimed".to_owned(),
            Self::Told(told) => format!("{told:?}"),
            Self::Failed(fault) if *fault == Fault::poison() => "met poison".to_owned(),
            Self::Failed(fault) if *fault == Fault::timeout() => "came too late".to_owned(),
            Self::Failed(fault) => fault.to_string(),
            Self::Away => "found the tier away".to_owned(),
            Self::Unknown(_) => "was not told".to_owned(),
            Self::Nothing => "was not sent".to_owned(),
        }
    }
}

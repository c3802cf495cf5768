//! The rule: to whom a change that came to this promises that nobody sees an older row any more.

/// Whom a change reaches that was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The calls of the process that made it, as in local and degraded functions.
    Process,
    /// The calls of every node and build, as in strict functions.
    Everyone,
}

/// What a writer does after it raised a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Invalidates the key.
    Invalidate,
    /// Invalidates the key's tenant.
    Tenant,
    /// Invalidates every key.
    All,
    /// Puts the row in the entry's place.
    Prime,
    /// Computes the entry anew.
    Refresh,
    /// Changes the stored row step by step, by several callers at once.
    Update,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was acknowledged.
    Confirmed,
    /// A refresh was acknowledged, with this row.
    Put(u64),
    /// It was not confirmed, and is owed: `Pending`, or the `Err` of a strict function.
    Owed,
    /// Its future was dropped after it had begun.
    GivenUp,
    /// It promises nothing: a refresh or update that failed, one that found nothing to change, or
    /// whatever was dropped before it began.
    Unknown,
}

/// Who sees no older row from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Nobody is promised anything.
    Nobody,
    /// Calls of the process that made the change.
    Process,
    /// Calls of every node and build.
    Everyone,
}

/// The rule.
///
/// ```
/// use cachekit_tests::checker::{Outcome, Promise, Reach, What, promise};
///
/// assert_eq!(promise(Reach::Everyone, What::Prime, Outcome::Confirmed), Promise::Everyone);
/// assert_eq!(promise(Reach::Everyone, What::Prime, Outcome::GivenUp), Promise::Process);
/// assert_eq!(promise(Reach::Everyone, What::Update, Outcome::GivenUp), Promise::Nobody);
/// ```
pub fn promise(reach: Reach, what: What, outcome: Outcome) -> Promise {
    match (outcome, reach) {
        (Outcome::Confirmed | Outcome::Put(_), Reach::Everyone) => Promise::Everyone,
        (Outcome::Confirmed | Outcome::Put(_), Reach::Process) => Promise::Process,
        (Outcome::Owed | Outcome::GivenUp, _) if what.is_owed() => Promise::Process,
        (Outcome::Owed | Outcome::GivenUp | Outcome::Unknown, _) => Promise::Nobody,
    }
}

impl What {
    /// Whether it is owed where it is not confirmed.
    fn is_owed(self) -> bool {
        !matches!(self, Self::Refresh | Self::Update)
    }

    /// Whether it says something of this key, where its own key is `own`.
    pub(super) fn concerns(self, own: u64, key: u64, tenants: u64) -> bool {
        match self {
            Self::All => true,
            Self::Tenant => own % tenants == key % tenants,
            _ => own == key,
        }
    }
}

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A row.
    Row(u64),
    /// The body's own failure, which says which row the body had read.
    Failed(u64),
    /// A peek found nothing.
    Nothing,
    /// The cache refused.
    Refused,
}

impl Seen {
    /// The row that the answer depends on.
    pub(super) fn row(self) -> Option<u64> {
        match self {
            Self::Row(row) | Self::Failed(row) => Some(row),
            Self::Nothing | Self::Refused => None,
        }
    }
}

//! What an operation came to, in the words of the rule.

use cachekit::{Error, Invalidated};

use super::record::Record;
use super::rule::{Outcome, Seen};
use super::subject::Trouble;

/// Takes what operations come to, and notes refusals that nothing explains.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    record: &'a Record,
    expects: fn(&Error) -> bool,
}

impl<'a> Heard<'a> {
    /// For a record; `expects` says which refusals a run explains.
    pub fn new(record: &'a Record, expects: fn(&Error) -> bool) -> Self {
        Self { record, expects }
    }

    /// What came of an invalidation or a prime.
    ///
    /// An error that says so is owed, as `Pending` is; any other promises nothing.
    pub fn told(&self, told: Result<Invalidated, Error>) -> Outcome {
        match told {
            Ok(Invalidated::Done | Invalidated::LocalOnly) => Outcome::Confirmed,
            Ok(Invalidated::Pending) => Outcome::Owed,
            Err(error) => {
                self.expected(&error);
                if error.is_owed() { Outcome::Owed } else { Outcome::Unknown }
            }
        }
    }

    /// What came of an update.
    pub fn updated<T>(&self, updated: Result<Option<T>, Error>) -> Outcome {
        match updated {
            Ok(Some(_)) => Outcome::Confirmed,
            Ok(None) => Outcome::Unknown,
            Err(error) => {
                if !error.is_conflict() {
                    self.expected(&error);
                }
                Outcome::Unknown
            }
        }
    }

    /// What came of a refresh, with the row; `degraded` says that L2 has no part in it.
    pub fn refreshed(&self, refreshed: Result<(u64, bool), Trouble>) -> Outcome {
        match refreshed {
            Ok((row, false)) => Outcome::Put(row),
            Ok((_, true)) | Err(Trouble::Own(_)) => Outcome::Unknown,
            Err(Trouble::Cache(error)) => {
                self.expected(&error);
                Outcome::Unknown
            }
        }
    }

    /// What came of a call, with the row.
    pub fn seen(&self, answered: Result<Option<u64>, Trouble>) -> Seen {
        match answered {
            Ok(Some(row)) => Seen::Row(row),
            Ok(None) => Seen::Nothing,
            Err(Trouble::Own(row)) => Seen::Failed(row),
            Err(Trouble::Cache(error)) => {
                self.expected(&error);
                Seen::Refused
            }
        }
    }

    fn expected(&self, error: &Error) {
        if !(self.expects)(error) {
            self.record.odd(&format!("an error that no fault of the tier explains: {error}"));
        }
    }
}

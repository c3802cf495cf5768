//! The error of an operation on several functions, of which some failed.

use std::error::Error as StdError;
use std::fmt;

use super::{At, Error};

/// Some of several functions that failed.
#[derive(Debug)]
struct Several {
    failed: usize,
    of: usize,
    first: Error,
}

impl Error {
    /// The error of those that failed, of so many; `None` if none did.
    ///
    /// Of the first one's kind and operation, and owed if all of what failed is.
    pub(crate) fn several(failed: &[Self], of: usize) -> Option<Self> {
        let first = failed.first()?.clone();
        let (kind, operation) = (first.0.kind, first.0.operation);
        let is_owed = failed.iter().all(Self::is_owed);
        let cause = Several { failed: failed.len(), of, first };
        let error = Self::because(kind, operation, At::default(), cause);
        Some(if is_owed { error.owing() } else { error })
    }
}

impl fmt::Display for Several {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failed, of, first } = self;
        write!(f, "{failed} of {of} functions failed, the first of them ")?;
        if let (Some(function), Some(mode)) = (first.0.at.function, first.0.at.mode) {
            write!(f, "`{function}` ({mode}): ")?;
        }
        f.write_str(&first.reason())
    }
}

impl StdError for Several {}

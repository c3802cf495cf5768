//! The error type of the functions under test.

use std::fmt;

/// What a function under test fails with: its own mistake, or the cache's refusal.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The body's own mistake.
    Own(&'static str),
    /// What the cache refused with.
    Cache(cachekit::Error),
}

impl Failure {
    /// The cache's refusal.
    ///
    /// # Panics
    ///
    /// If it is the function's own failure.
    pub fn cache(self) -> cachekit::Error {
        match self {
            Self::Cache(error) => error,
            Self::Own(why) => panic!("a failure of the body, not of the cache: {why}"),
        }
    }

    /// Whether it is the function's own failure.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

impl From<cachekit::Error> for Failure {
    fn from(error: cachekit::Error) -> Self {
        Self::Cache(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(why) => f.write_str(why),
            Self::Cache(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

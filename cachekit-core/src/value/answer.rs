//! Answer: a value with the story of where it came from.

use std::time::Duration;

/// Where the value of an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// This call ran the body.
    Computed,
    /// Another call of this process ran the body, and this one waited for it.
    Coalesced,
    /// This process's own entry.
    L1,
    /// The shared tier.
    L2,
    /// This process's own entry, made while L2 was away.
    Fallback,
    /// An entry past its life, served because a newer one could not be had.
    Stale,
}

impl Source {
    /// The name that metrics and logs use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::Coalesced => "coalesced",
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::Fallback => "fallback",
            Self::Stale => "stale",
        }
    }
}

/// A value with the story of where it came from.
///
/// `detailed` of a cached function returns it: `Answer<T>`, or `Result<Answer<T>, E>` for a
/// function that returns `Result<T, E>`.
///
/// ```
/// use cachekit::{Answer, Source};
///
/// fn describe(answer: &Answer<u64>) -> String {
///     match answer.source {
///         Source::Computed => format!("{}, just computed", answer.value),
///         other => format!("{} from {}", answer.value, other.as_str()),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<T> {
    /// What the function returned, now or when the entry was made.
    pub value: T,
    /// Where it came from.
    pub source: Source,
    /// Whether this node answered without an L2 that should have been asked or told.
    pub degraded: bool,
    /// Time since the fill that made it began; `None` for what no entry holds.
    pub age: Option<Duration>,
}

impl<T> Answer<T> {
    /// The same story about another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        let story = Story { source: self.source, degraded: self.degraded, age: self.age };
        story.about(change(self.value))
    }
}

/// The story of an answer, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Story {
    pub(crate) source: Source,
    pub(crate) degraded: bool,
    pub(crate) age: Option<Duration>,
}

impl Story {
    /// The story of a refusal, which no answer tells.
    pub(crate) fn untold() -> Self {
        Self { source: Source::Computed, degraded: true, age: None }
    }

    /// Joins the story to its value.
    pub fn about<T>(self, value: T) -> Answer<T> {
        Answer { value, source: self.source, degraded: self.degraded, age: self.age }
    }
}

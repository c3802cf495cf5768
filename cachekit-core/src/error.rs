//! Error: why the cache refused a call or an operation; one opaque word.

mod kind;
mod several;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::policy::Mode;

pub(crate) use kind::{Kind, Operation};

/// Why the cache refused a call or an operation.
///
/// Opaque: ask with the `is_*` predicates. The text names function, mode and operation, and never
/// a key, an argument, a value or a password. One word wide and `Clone`, so that every caller of
/// a shared refusal gets the same one.
///
/// ```
/// #[derive(Debug)]
/// enum AppError {
///     Unavailable,
///     Cache(cachekit::Error),
/// }
///
/// impl From<cachekit::Error> for AppError {
///     fn from(error: cachekit::Error) -> Self {
///         if error.is_unavailable() { Self::Unavailable } else { Self::Cache(error) }
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: Kind,
    operation: Operation,
    at: At,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
    owed: bool,
}

/// For whom it was being done.
#[derive(Debug, Clone, Default)]
pub(crate) struct At {
    pub(crate) function: Option<&'static str>,
    pub(crate) mode: Option<Mode>,
    pub(crate) tenant: Option<Arc<str>>,
}

impl Error {
    pub(crate) fn new(kind: Kind, operation: Operation, at: At) -> Self {
        Self(Arc::new(Inner { kind, operation, at, cause: None, owed: false }))
    }

    pub(crate) fn because(
        kind: Kind,
        operation: Operation,
        at: At,
        cause: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner { kind, operation, at, cause: Some(Arc::new(cause)), owed: false }))
    }

    /// A mistake in the configuration, outside any function.
    pub(crate) fn config(why: impl Into<String>) -> Self {
        Self::because(Kind::Config, Operation::Install, At::default(), Reason(why.into()))
    }

    /// The same, of a change that is owed.
    pub(crate) fn owing(self) -> Self {
        let Inner { kind, operation, at, cause, .. } = &*self.0;
        let (at, cause) = (at.clone(), cause.clone());
        Self(Arc::new(Inner { kind: *kind, operation: *operation, at, cause, owed: true }))
    }

    /// L2 did not confirm the change, and this process owes it: until L2 has confirmed it, or a
    /// later change of the same, no call of this process is answered by what it was to end.
    ///
    /// So is an `invalidate` in all its forms, and a `prime`, that was sent and not confirmed.
    /// Whoever rolled back loses an entry; whoever committed is safe. What became of an `update` or
    /// a `refresh` that failed is unknown, and nothing is owed for it.
    pub fn is_owed(&self) -> bool {
        self.0.owed
    }

    /// L2 could not be reached or asked in time, or the runtime was shut down.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0.kind, Kind::Unavailable | Kind::Timeout)
    }

    /// L2 did not answer within `op_timeout`, or the leader not within `wait`.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout | Kind::Patience)
    }

    /// Others kept changing the entry that `update` tried to change.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == Kind::Conflict
    }

    /// An entry failed its authentication; only `on_tamper = "raise"` makes an error of it.
    pub fn is_tampered(&self) -> bool {
        self.0.kind == Kind::Tampered
    }

    /// L2 answered with something that is not its protocol.
    pub fn is_corrupt(&self) -> bool {
        self.0.kind == Kind::Corrupt
    }

    /// The value does not survive its codec.
    pub fn is_serialize(&self) -> bool {
        self.0.kind == Kind::Serialize
    }

    /// The value is larger than the runtime's `max_value_bytes`.
    pub fn is_too_large(&self) -> bool {
        self.0.kind == Kind::TooLarge
    }

    /// The attribute, the builder or the environment asks for what cannot be had.
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config | Kind::Auth)
    }

    /// L2 refuses our credentials or permissions.
    pub fn is_auth(&self) -> bool {
        self.0.kind == Kind::Auth
    }

    /// A short text that may be shown to a client: no function, path, server or option is in it.
    ///
    /// ```
    /// # fn refused() -> cachekit::Error {
    /// #     cachekit::Runtime::builder().namespace("no namespace").build().unwrap_err()
    /// # }
    /// let error = refused();
    /// assert_eq!(error.public(), "this cannot be answered at present");
    /// assert!(error.to_string().len() > error.public().len());
    /// ```
    pub fn public(&self) -> &'static str {
        self.0.kind.public()
    }

    /// The cached function, by its identity; `None` outside any function.
    pub fn function(&self) -> Option<&str> {
        self.0.at.function
    }

    /// The function's mode; `None` outside any function.
    pub fn mode(&self) -> Option<Mode> {
        self.0.at.mode
    }

    /// What was being done: `"get"`, `"set"`, `"invalidate"`, `"clear"`, `"update"` or `"install"`.
    pub fn operation(&self) -> &'static str {
        self.0.operation.as_str()
    }

    /// The tenant whose call it was; `None` where the function names none.
    pub fn tenant(&self) -> Option<&str> {
        self.0.at.tenant.as_deref()
    }

    /// Whether it is about a value, and not about the tier or the configuration.
    pub(crate) fn is_of_value(&self) -> bool {
        matches!(self.0.kind, Kind::Serialize | Kind::TooLarge | Kind::Tampered)
    }

    /// What went wrong in one clause, without function and mode.
    pub(crate) fn reason(&self) -> String {
        match &self.0.cause {
            Some(cause) => cause.to_string(),
            None => self.0.kind.clause().to_owned(),
        }
    }

    fn failed_closed(&self) -> bool {
        self.0.at.mode.is_some_and(Mode::fails_closed)
            && matches!(
                self.0.kind,
                Kind::Unavailable | Kind::Timeout | Kind::Config | Kind::Auth | Kind::Corrupt
            )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation();
        match (self.0.at.function, self.0.at.mode) {
            (Some(function), Some(mode)) => write!(f, "`{function}` ({mode}) ")?,
            (Some(function), None) => write!(f, "`{function}` ")?,
            _ => f.write_str("cachekit ")?,
        }
        let manner = if self.failed_closed() { "failed closed" } else { "failed" };
        write!(f, "{manner} on {operation}: {}", self.reason())?;
        if self.0.owed {
            f.write_str("; the change is owed, and made when L2 answers")?;
        }
        if self.failed_closed() {
            f.write_str(
                "; choose mode = \"degraded\" to answer from this node, marked, \
                 or mode = \"local\" to do without a shared cache",
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("function", &self.0.at.function)
            .field("mode", &self.0.at.mode)
            .field("tenant", &self.0.at.tenant)
            .field("owed", &self.0.owed)
            .field("reason", &self.reason())
            .finish()
    }
}

impl StdError for Error {
    /// What is behind the cause; the cause itself is in the text, and would be told twice.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_ref().and_then(|cause| cause.source())
    }
}

/// A cause that is one sentence.
#[derive(Debug)]
pub(crate) struct Reason(pub(crate) String);

/// So that a strict function may return `std::io::Result`; nobody else could write this.
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Reason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn nothing_that_a_report_prints_of_an_error_is_told_twice() {
        let error = Error::config("the namespace is empty");
        let chain: Vec<_> =
            std::iter::successors(Some(&error as &dyn StdError), |error: &&dyn StdError| {
                (*error).source()
            })
            .map(ToString::to_string)
            .collect();
        assert_eq!(chain, ["cachekit failed on install: the namespace is empty"]);
    }

    #[test]
    fn a_strict_refusal_names_what_failed_and_what_else_there_is() {
        let at = At { function: Some("shop::user"), mode: Some(Mode::Strict), tenant: None };
        let text = Error::new(Kind::Unavailable, Operation::Get, at).to_string();
        for part in
            ["`shop::user`", "STRICT_DISTRIBUTED", "failed closed", "get", "degraded", "local"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

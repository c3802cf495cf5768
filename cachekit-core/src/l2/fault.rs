//! Fault: what a tier's operation failed of.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::error::Kind;

/// What a tier's operation failed of.
///
/// The text holds no key, argument, value or password: an implementation of
/// [`Backend`](super::Backend) describes the fault in its own words and leaves out the server's.
///
/// ```
/// use cachekit::backend::Fault;
///
/// assert_eq!(Fault::unreachable("connection refused").to_string(), "unreachable: connection refused");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    detail: Cow<'static, str>,
}

/// The kinds of faults that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaultKind {
    /// The connection broke or could not be made.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// The tier is known to be away and was not asked.
    Down,
    /// The breaker is open and the tier was not asked.
    Open,
    /// A change is owed that has not been made yet, so what it is of cannot be trusted.
    Owed,
    /// The server answers that it cannot serve at present.
    Busy,
    /// The server refuses our credentials or permissions.
    Denied,
    /// The server refuses writes, and still reads.
    ReadOnly,
    /// The answer is not the protocol's.
    Protocol,
    /// What is at one of the cache's keys is none of its own.
    Poison,
    /// The operating system gave no randomness.
    Random,
    /// A value's life was over by the tier's time before it was stored.
    Ended,
    /// The process is a child of the one that built the runtime, and has none of its threads.
    Forked,
    /// The runtime was shut down.
    ShutDown,
}

impl Fault {
    /// The connection broke or could not be made.
    pub fn unreachable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::Unreachable, detail: detail.into() }
    }

    /// The server answers that it cannot serve at present.
    pub fn busy(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::Busy, detail: detail.into() }
    }

    /// The server refuses our credentials or permissions.
    pub fn denied(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::Denied, detail: detail.into() }
    }

    /// The server refuses writes, and still reads.
    pub fn read_only(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::ReadOnly, detail: detail.into() }
    }

    /// The answer is not the protocol's.
    pub fn protocol(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::Protocol, detail: detail.into() }
    }

    /// Names what it is about: whoever reads it at night has more than one.
    #[cfg(any(feature = "redis", feature = "disk"))]
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.detail = format!("{} at {place}", self.detail).into();
        self
    }

    /// What is at one of the place's keys is none of a tier's own, and nothing was done: whoever asked
    /// rejects it as [`Seen::WrongType`](super::Seen::WrongType), and asks once more.
    pub const fn poison() -> Self {
        Self::known(FaultKind::Poison)
    }

    /// Nobody waits any more, and nothing was done.
    pub const fn timeout() -> Self {
        Self::known(FaultKind::Timeout)
    }

    pub(crate) const fn down() -> Self {
        Self::known(FaultKind::Down)
    }

    pub(crate) const fn open() -> Self {
        Self::known(FaultKind::Open)
    }

    pub(crate) const fn owed() -> Self {
        Self::known(FaultKind::Owed)
    }

    pub(crate) const fn ended() -> Self {
        Self::known(FaultKind::Ended)
    }

    pub(crate) const fn forked() -> Self {
        Self::known(FaultKind::Forked)
    }

    pub(crate) const fn shut_down() -> Self {
        Self::known(FaultKind::ShutDown)
    }

    /// The operating system gave no randomness to name a filler or a generation with.
    pub const fn random() -> Self {
        Self::known(FaultKind::Random)
    }

    const fn known(kind: FaultKind) -> Self {
        Self { kind, detail: Cow::Borrowed("") }
    }

    /// Whether the tier was tried and did not serve.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::Unreachable
                | FaultKind::Timeout
                | FaultKind::Busy
                | FaultKind::Denied
                | FaultKind::Protocol
        )
    }

    /// Whether the operation may have been obeyed all the same, or may be yet.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.kind, FaultKind::Unreachable | FaultKind::Timeout | FaultKind::Protocol)
    }

    /// Whether something at the place's keys has to go first.
    pub(crate) fn is_poison(&self) -> bool {
        self.kind == FaultKind::Poison
    }

    /// Whether the tier was asked to write, and only reads.
    #[cfg(feature = "disk")]
    pub(crate) fn is_read_only(&self) -> bool {
        self.kind == FaultKind::ReadOnly
    }

    /// Whether the answer was not the protocol's.
    #[cfg(feature = "redis")]
    pub(crate) fn is_protocol(&self) -> bool {
        self.kind == FaultKind::Protocol
    }

    /// What the fault means to a caller.
    pub(crate) fn meaning(&self) -> Kind {
        match self.kind {
            FaultKind::Timeout => Kind::Timeout,
            FaultKind::Denied => Kind::Auth,
            FaultKind::Protocol | FaultKind::Poison => Kind::Corrupt,
            FaultKind::Unreachable
            | FaultKind::Down
            | FaultKind::Open
            | FaultKind::Owed
            | FaultKind::Busy
            | FaultKind::ReadOnly
            | FaultKind::Random
            | FaultKind::Ended
            | FaultKind::Forked
            | FaultKind::ShutDown => Kind::Unavailable,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FaultKind::Unreachable => "unreachable",
            FaultKind::Timeout => "no answer within op_timeout",
            FaultKind::Down => "L2 is away and was not asked; retrying will not help before a probe in the background finds it",
            FaultKind::Open => {
                "the circuit breaker of L2 is open, and retrying will not help before it recovers"
            }
            FaultKind::Owed => "a change of it is still owed to L2",
            FaultKind::Busy => "the server cannot serve at present",
            FaultKind::Denied => "access is denied",
            FaultKind::ReadOnly => "the server refuses writes",
            FaultKind::Protocol => "the server's answer is not the protocol's",
            FaultKind::Poison => "what is at a key of the cache is none of its own",
            FaultKind::Random => "the operating system gives no randomness",
            FaultKind::Ended => "the value's life is over by L2's time before it is stored",
            FaultKind::Forked => "this process was forked after its runtime was built; build one in the child",
            FaultKind::ShutDown => "the runtime was shut down",
        })?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl StdError for Fault {}

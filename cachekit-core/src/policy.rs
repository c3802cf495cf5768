//! The promises of each mode, as data; the only module that knows the modes' names.

mod limit;
pub(crate) mod switch;

use std::fmt;
use std::time::Duration;

pub use limit::Limit;

/// The longest life there is: ten years, which every tier can express.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The shortest life that can be stored.
pub(crate) const SHORTEST: Duration = Duration::from_millis(1);

/// Whether a value that is kept is a cached `Err` or `None`, which has its own life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// An ordinary value.
    Positive,
    /// A cached `Err` or `None`.
    Negative,
}

/// The failure policy that a cached function states in its attribute.
///
/// `docs/modes.md` holds the table of what each mode does on each fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Never leaves the process.
    Local,
    /// L2 is the authority; a call that cannot reach it is refused.
    Strict,
    /// L2 is the authority while it is reachable; otherwise this node answers and says so.
    Degraded,
}

impl Mode {
    /// The name as the attribute writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Strict => "strict",
            Self::Degraded => "degraded",
        }
    }
}

impl Mode {
    /// Whether a call that L2 cannot vouch for is refused.
    pub(crate) const fn fails_closed(self) -> bool {
        matches!(self, Self::Strict)
    }
}

/// The long name that events and errors print.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "LOCAL_ONLY",
            Self::Strict => "STRICT_DISTRIBUTED",
            Self::Degraded => "EXPLICIT_DEGRADED",
        })
    }
}

/// How a call treats L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum L2Use {
    /// There is none for this function.
    Off,
    /// An L2 that does not answer is answered for, and the answer says so.
    Preferred,
    /// An L2 that does not answer fails the call.
    Required,
}

/// What L1 holds for a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum L1Use {
    /// Values, copied by `Clone` at each hit.
    Typed,
    /// Sealed bytes, verified and decoded at each hit.
    Encoded,
    /// Nothing.
    Off,
}

/// What a call does when its value could not be stored in an L2 that is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStoreError {
    /// The call fails; the body ran once.
    Raise,
    /// The call returns the value and the fault is an event.
    Return,
}

/// What protects stored values against whoever can write to, or read, the shared tier.
///
/// In the order of what they protect against; the stronger of two is the greater.
///
/// ```
/// use cachekit::Protection;
///
/// assert!(Protection::Checksum < Protection::Mac && Protection::Mac < Protection::Encrypt);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protection {
    /// A checksum, which finds accidents.
    #[default]
    Checksum,
    /// A keyed tag: nobody without a key can make or change an entry.
    Mac,
    /// Authenticated encryption: nor can he read it.
    Encrypt,
}

/// What a call does when an entry fails its authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTamper {
    /// The entry is removed, and the value computed anew.
    Heal,
    /// The entry is kept as evidence, and the call fails.
    Raise,
}

/// Everything a function's attribute decides about its calls.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The mode it was made from.
    pub mode: Mode,
    /// How a call treats L2.
    pub l2: L2Use,
    /// What L1 holds.
    pub l1: L1Use,
    /// What a failed store does where L2 is required.
    pub on_store_error: OnStoreError,
    /// Life of a value from the start of its fill; `None` never expires (local alone).
    pub ttl: Option<Duration>,
    /// Life of a cached `Err` or `None`; `None` is `ttl`.
    pub negative_ttl: Option<Duration>,
    /// The share of a life by which it is shortened at most, at random; `None` leaves it whole.
    pub jitter: Option<f64>,
    /// How long a follower waits for its leader, restarts included.
    pub wait: Duration,
    /// Most entries that L1 holds.
    pub max_size: usize,
    /// Most bytes that L1's entries come to; `None` bounds their number alone.
    pub max_bytes: Option<usize>,
    /// Most entries of one tenant in L1; `None` lets one fill all of it.
    pub tenant_max_size: Option<usize>,
    /// Whether values of at least 1 KiB are compressed before they are stored.
    pub compress: bool,
    /// What protects stored values; a runtime's floor may ask for more.
    pub protection: Protection,
    /// What an entry that fails its authentication comes to.
    pub on_tamper: OnTamper,
}

impl Policy {
    /// A follower's default patience: longer than a healthy body, shorter than a client's own.
    const WAIT: Duration = Duration::from_secs(5);

    /// L1's default bound: some megabytes for ordinary values.
    const MAX_SIZE: usize = 10_000;

    /// Never leaves the process.
    pub const LOCAL: Self = Self {
        mode: Mode::Local,
        l2: L2Use::Off,
        l1: L1Use::Typed,
        on_store_error: OnStoreError::Raise,
        ttl: None,
        negative_ttl: None,
        jitter: None,
        wait: Self::WAIT,
        max_size: Self::MAX_SIZE,
        max_bytes: None,
        tenant_max_size: None,
        compress: false,
        protection: Protection::Checksum,
        on_tamper: OnTamper::Heal,
    };

    /// Refuses what L2 cannot vouch for, so L1 stays out of the way.
    pub const STRICT: Self =
        Self { mode: Mode::Strict, l2: L2Use::Required, l1: L1Use::Off, ..Self::LOCAL };

    /// Answers from this node while L2 is away, marked.
    pub const DEGRADED: Self = Self { mode: Mode::Degraded, l2: L2Use::Preferred, ..Self::LOCAL };

    /// Life of a value, by whether it is a cached `Err` or `None`; values may say less.
    pub(crate) fn life(&self, sign: Sign) -> Option<Duration> {
        match sign {
            Sign::Positive => self.ttl,
            Sign::Negative => self.negative_ttl.or(self.ttl),
        }
    }

    /// The longest that any value may live; `None` does not end.
    pub(crate) fn longest(&self) -> Option<Duration> {
        self.ttl.map(|ttl| self.negative_ttl.map_or(ttl, |negative| ttl.max(negative)))
    }

    /// Whether this node answers while L2 is away.
    pub(crate) fn falls_back(&self) -> bool {
        self.l2 == L2Use::Preferred
    }
}

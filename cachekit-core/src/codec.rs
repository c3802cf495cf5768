//! Codec: a value to checked bytes and back; fixes the order of the stages.
//!
//! ```text
//!   value -> serialise -> compress (if asked, and worth it) -> header and check, or seal -> bytes
//!   bytes -> header -> check -> key, type, lengths, expiry -> decompress -> deserialise -> value
//! ```
//!
//! Nothing is decompressed or deserialised before the check over header and payload (a checksum,
//! a keyed tag, or that of a seal), the key's digest, the type's fingerprint and the lengths were
//! found right. `docs/envelope.md` has the layout.

#[cfg(feature = "l2")]
pub(crate) mod checksum;
#[cfg(feature = "compress")]
mod compress;
#[cfg(feature = "l2")]
pub(crate) mod envelope;
#[cfg(feature = "l2")]
pub(crate) mod format;
#[cfg(feature = "l2")]
pub(crate) mod serial;
mod undecodable;

pub(crate) use undecodable::{Remedy, Undecodable};

#[cfg(feature = "encrypt")]
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::key::digest::Digest;
#[cfg(feature = "encrypt")]
use crate::policy::Protection;
use crate::policy::Sign;

/// The most bytes that an envelope has beside its payload.
pub(crate) const MOST_OVERHEAD: usize = 128;

/// What protects one entry against whoever can write to the store; holds the keys, and hands none out.
#[cfg(feature = "encrypt")]
pub(crate) trait Guard: fmt::Debug + Send + Sync {
    /// The protection that is given, and the least that is accepted.
    fn level(&self) -> Protection;

    /// Protects header and payload, which the envelope is by now, and appends the tag.
    fn close(&self, envelope: &mut Vec<u8>) -> Result<(), Unfit>;

    /// The payload behind a header, if the tag after it is right.
    ///
    /// Every failure is the same to the caller: what of it failed is nobody's business.
    fn open<'a>(
        &self,
        body: &'a [u8],
        tag: &[u8],
        found: Protection,
    ) -> Result<Cow<'a, [u8]>, Undecodable>;
}

/// Nothing protects entries in a build that has no keys.
#[cfg(not(feature = "encrypt"))]
pub(crate) trait Guard: fmt::Debug + Send + Sync {}

/// A function's values as stored bytes.
pub(crate) trait WireFormat<V>: Send + Sync {
    /// The name of the value field: sixteen hexadecimal digits of type, version and codec.
    fn version(&self) -> &str;

    /// The codec's name, for metrics.
    #[cfg(feature = "metrics")]
    fn codec(&self) -> &'static str;

    /// Seals a value.
    fn encode(&self, value: &V, stamp: &Stamp<'_>) -> Result<Vec<u8>, Unfit>;

    /// Opens what was stored.
    fn decode(&self, bytes: &[u8], expected: &Expected<'_>) -> Result<Decoded<V>, Undecodable>;
}

/// What a sealed value says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'a> {
    /// The key that the value is stored under.
    pub(crate) digest: &'a Digest,
    /// Milliseconds of the tier's time when its fill began.
    pub(crate) created: u64,
    /// Milliseconds of the tier's time when it ends.
    pub(crate) expires: u64,
    pub(crate) sign: Sign,
    pub(crate) compress: bool,
    /// The most bytes that the serialised value may have.
    pub(crate) max_bytes: usize,
    /// What protects the entry, where more than a checksum does.
    pub(crate) guard: Option<&'a dyn Guard>,
}

/// What a reader expects of stored bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) digest: &'a Digest,
    /// The latest that the tier's time may be; `None` where the holder of the bytes keeps their
    /// life itself, as L1 does.
    pub(crate) now: Option<u64>,
    /// The lives that this build gives a positive and a negative value: an entry older than its
    /// own is a miss, whatever life its writer gave it.
    pub(crate) positive: Option<Duration>,
    pub(crate) negative: Option<Duration>,
    pub(crate) max_bytes: usize,
    /// What protects the entry, where more than a checksum does.
    pub(crate) guard: Option<&'a dyn Guard>,
}

impl<'a> Expected<'a> {
    /// Of bytes that this process sealed for its own L1, which keeps their life itself.
    pub(crate) fn of_own(digest: &'a Digest, guard: Option<&'a dyn Guard>) -> Self {
        Self { digest, now: None, positive: None, negative: None, max_bytes: usize::MAX, guard }
    }
}

/// What stored bytes came to.
#[derive(Debug)]
pub(crate) enum Decoded<V> {
    /// A value within its life.
    Live(Live<V>),
    /// A sound value past its life.
    Expired,
}

/// A value within its life.
#[derive(Debug, Clone)]
pub(crate) struct Live<V> {
    pub(crate) value: V,
    pub(crate) age: Duration,
    pub(crate) left: Duration,
    /// The dates that it was sealed with, for sealing a changed value into the same life.
    pub(crate) created: u64,
    pub(crate) expires: u64,
    pub(crate) sign: Sign,
}

/// Why a value cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It has more bytes than may be stored.
    TooLarge { bytes: usize, max: usize },
    /// It has more of something than a reader may make.
    TooMuch(String),
    /// It does not serialise, or not into what deserialises to the same.
    Codec(String),
    /// The operating system gives no randomness to seal it with.
    #[cfg_attr(not(feature = "encrypt"), expect(dead_code, reason = "nothing is sealed"))]
    Random,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, max } => {
                write!(f, "the value has {bytes} bytes, and max_value_bytes is {max}")
            }
            Self::TooMuch(why) | Self::Codec(why) => f.write_str(why),
            Self::Random => f.write_str("the operating system gives no randomness"),
        }
    }
}

impl std::error::Error for Unfit {}

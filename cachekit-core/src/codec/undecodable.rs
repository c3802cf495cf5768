//! Reasons why stored bytes are no value: their names in metrics, and what becomes of the bytes.

use std::fmt;

/// Why stored bytes are no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// Too short for a header and a checksum, or another magic.
    NoEnvelope,
    /// A version that this build does not know.
    Version,
    /// Flags that this build does not know.
    Flags,
    /// A codec that this build does not know.
    Codec,
    /// Sealed under a key, which this build cannot open.
    KeyId,
    /// Sealed under a key that was destroyed.
    #[cfg_attr(not(feature = "encrypt"), expect(dead_code, reason = "nothing is sealed"))]
    Destroyed,
    /// The checksum over header and payload is wrong.
    Checksum,
    /// The keyed tag, or that of a seal, is wrong.
    #[cfg_attr(not(feature = "encrypt"), expect(dead_code, reason = "nothing is sealed"))]
    Forged,
    /// Less protected than the function's entries are.
    #[cfg_attr(not(feature = "encrypt"), expect(dead_code, reason = "nothing is sealed"))]
    Suspicious,
    /// Stored under another key.
    WrongKey,
    /// Another type's, or another version's, or another codec's.
    WrongType,
    /// A length that cannot be.
    Length,
    /// More bytes than a value may have.
    TooLarge,
    /// The payload does not decompress to its length.
    Decompress,
    /// The payload does not deserialise, or not to its end.
    Decode,
    /// Not an entry at all.
    NotAnEntry,
}

/// What becomes of bytes that are no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Poison: removed if unchanged.
    Remove,
    /// Foreign: another build may read them, so they stay.
    Leave,
}

impl Undecodable {
    /// The `reason` label.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::NoEnvelope | Self::Checksum | Self::Length | Self::Decompress | Self::Decode => {
                "corruption"
            }
            Self::Forged => "auth_tamper",
            Self::Suspicious => "suspicious_envelope",
            Self::Version | Self::Flags | Self::Codec => "unknown_version",
            Self::KeyId | Self::Destroyed => "unknown_key",
            Self::WrongKey => "wrong_key",
            Self::WrongType | Self::NotAnEntry => "type_mismatch",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether it takes somebody to make such bytes, rather than an accident.
    pub(crate) fn is_tampering(self) -> bool {
        matches!(self, Self::Forged | Self::Suspicious)
    }

    pub(crate) fn remedy(self) -> Remedy {
        match self {
            Self::Version | Self::Flags | Self::Codec | Self::KeyId => Remedy::Leave,
            Self::NoEnvelope
            | Self::Checksum
            | Self::Destroyed
            | Self::Forged
            | Self::Suspicious
            | Self::WrongKey
            | Self::WrongType
            | Self::Length
            | Self::TooLarge
            | Self::Decompress
            | Self::Decode
            | Self::NotAnEntry => Remedy::Remove,
        }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEnvelope => "not an envelope",
            Self::Version => "an envelope version that this build does not know",
            Self::Flags => "envelope flags that this build does not know",
            Self::Codec => "a codec that this build does not know",
            Self::KeyId => "sealed under a key that this build does not have",
            Self::Destroyed => "sealed under a key that was destroyed",
            Self::Checksum => "the checksum is wrong",
            Self::Forged => "the authentication failed",
            Self::Suspicious => "less protected than the function's entries are",
            Self::WrongKey => "stored under another key",
            Self::WrongType => "stored as another type",
            Self::Length => "a length that cannot be",
            Self::TooLarge => "larger than max_value_bytes",
            Self::Decompress => "the payload does not decompress",
            Self::Decode => "the payload does not deserialise",
            Self::NotAnEntry => "not an entry",
        })
    }
}

//! Digests: the names of keys, tenants and types in L2; the only importer of blake3 beside the keyring's.

use std::fmt;

/// The 32-byte BLAKE3 digest of a key.
///
/// Not xxh3: a full 128-bit collision of two keys takes seconds to make, and would serve one
/// caller another's value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest([u8; 32]);

#[cfg(feature = "encrypt")]
impl Digest {
    /// The digest as it names an entry under an index key: who does not have the key cannot test
    /// guesses of the arguments.
    pub(crate) fn under(&self, index: &[u8; 32]) -> Self {
        Self(*blake3::keyed_hash(index, &self.0).as_bytes())
    }
}

/// Separates the digests of this format from everybody else's and from one another.
#[cfg(feature = "l2")]
const KEY: &str = "cachekit 1 key";
#[cfg(feature = "l2")]
const TENANT: &str = "cachekit 1 tenant";
#[cfg(feature = "l2")]
const FUNCTION: &str = "cachekit 1 function";
#[cfg(feature = "l2")]
const TYPE: &str = "cachekit 1 type";

#[cfg(feature = "l2")]
mod make {
    use super::{Digest, FUNCTION, KEY, TENANT, TYPE};
    use crate::key::{Canonical, Encoder};

    impl Digest {
        /// The digest of one call's key.
        pub(crate) fn key(function: &str, generics: &str, args: &impl Canonical) -> Self {
            let mut to = Encoder::default();
            to.label(KEY);
            to.label("function");
            function.encode(&mut to);
            to.label("generics");
            generics.encode(&mut to);
            args.encode(&mut to);
            Self::of(&to.into_bytes())
        }

        /// A tenant.
        pub(crate) fn tenant(tenant: &str) -> Self {
            Self::text(TENANT, tenant)
        }

        /// A function's identity, as 8 hexadecimal digits.
        pub(crate) fn function(identity: &str) -> String {
            Self::text(FUNCTION, identity).to_hex()[..8].to_owned()
        }

        /// The fingerprint of a type, its stated version and its codec.
        pub(crate) fn fingerprint(codec: u8, outline: Option<&[u8]>, version: Option<u64>) -> u64 {
            let mut to = Encoder::default();
            to.label(TYPE);
            codec.encode(&mut to);
            outline.encode(&mut to);
            version.encode(&mut to);
            let Self(bytes) = Self::of(&to.into_bytes());
            let first = bytes.first_chunk().expect("a digest is longer than its first eight bytes");
            u64::from_le_bytes(*first)
        }

        fn text(domain: &str, text: &str) -> Self {
            let mut to = Encoder::default();
            to.label(domain);
            text.encode(&mut to);
            Self::of(&to.into_bytes())
        }

        fn of(bytes: &[u8]) -> Self {
            Self(*blake3::hash(bytes).as_bytes())
        }

        /// The bucket of the sixteen that the key's entry lies in.
        pub(crate) fn bucket(&self) -> u8 {
            self.0[0] & 0x0f
        }

        pub(crate) fn to_hex(self) -> String {
            blake3::Hash::from_bytes(self.0).to_hex().to_string()
        }

        pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
            Self(bytes)
        }

        pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
            &self.0
        }
    }
}

/// The first eight hexadecimal digits, by which somebody who debugs tells entries apart.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A prefix tells digests apart in a failed assertion; the rest would only be noise.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

//! A codec with its envelope by itself, so that its cost can be measured without a tier.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::format::{Format, Serial};
use crate::codec::serial::Bincode;
use crate::codec::{Decoded, Expected, Guard, Stamp, WireFormat};
use crate::key::digest::Digest;
#[cfg(feature = "encrypt")]
use crate::keyring::{Belongs, EntryGuard, IndexKey, KeyRing, Vault};
#[cfg(feature = "encrypt")]
use crate::policy::Protection;
use crate::policy::Sign;

/// The most bytes of a value here.
const MOST: usize = 16 << 20;

/// Turns values into envelopes and back, as a function with L2 does.
pub struct Envelopes<V> {
    format: Format<V>,
    digest: Digest,
    compress: bool,
    guard: Option<Arc<dyn Guard>>,
}

/// Envelopes of byte strings, whose payload is what they are.
#[cfg(feature = "encrypt")]
impl Envelopes<Vec<u8>> {
    /// As a function with `encrypt` has them.
    pub fn sealed() -> Self {
        Self::guarded(Protection::Encrypt)
    }

    /// As a function with `mac` has them.
    pub fn tagged() -> Self {
        Self::guarded(Protection::Mac)
    }

    fn guarded(level: Protection) -> Self {
        let ring = KeyRing::new([(1, [1; 32])]).expect("it is a ring");
        let vault = Arc::new(Vault::new(Arc::new(ring), &IndexKey::from([2; 32]), level));
        let digest = Digest::key("private::Envelopes", "()", &());
        let key = format!("ck2:{{default:0.3}}:e:private.Envelopes.00000000:{}", digest.to_hex());
        let belongs = Belongs {
            namespace: "default",
            function: "private::Envelopes",
            tenant: Some("a tenant"),
            key: &key,
            version: "0123456789abcdef",
        };
        let guard: Arc<dyn Guard> = Arc::new(EntryGuard::new(&vault, level, belongs));
        let format = Format::new(Serial::raw(), None, Some(1), None);
        Self { format, digest, compress: false, guard: Some(guard) }
    }
}

impl<V: Serialize + DeserializeOwned + Send + Sync> Envelopes<V> {
    /// Envelopes around what bincode writes, compressed where that is worth it if `compress`.
    pub fn new(compress: bool) -> Self {
        let format = Format::new(Serial::by::<Bincode>(), None, Some(1), None);
        let digest = Digest::key("private::Envelopes", "()", &());
        Self { format, digest, compress, guard: None }
    }
}

impl<V: Send + Sync> Envelopes<V> {
    /// The envelope of a value; `None` if it does not fit one.
    pub fn seal(&self, value: &V) -> Option<Vec<u8>> {
        let stamp = Stamp {
            digest: &self.digest,
            created: 0,
            expires: u64::MAX,
            sign: Sign::Positive,
            compress: self.compress,
            max_bytes: MOST,
            guard: self.guard.as_deref(),
        };
        self.format.encode(value, &stamp).ok()
    }

    /// Bytes with the check that makes them an envelope, as whoever can write to a store may do.
    pub fn recheck(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        let check = crate::codec::checksum::of(&bytes).to_le_bytes();
        bytes.extend_from_slice(&check);
        bytes
    }

    /// The value of an envelope; `None` if it is none of this key and type.
    pub fn open(&self, bytes: &[u8]) -> Option<V> {
        let (positive, negative) = (Some(Duration::MAX), Some(Duration::MAX));
        let (digest, guard) = (&self.digest, self.guard.as_deref());
        let expected =
            Expected { digest, now: Some(0), positive, negative, max_bytes: MOST, guard };
        match self.format.decode(bytes, &expected) {
            Ok(Decoded::Live(live)) => Some(live.value),
            Ok(Decoded::Expired) | Err(_) => None,
        }
    }
}

impl<V> std::fmt::Debug for Envelopes<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelopes").field("compress", &self.compress).finish_non_exhaustive()
    }
}

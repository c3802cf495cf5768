//! Opens and seals the entries of an encoded L1.

use crate::codec::{Expected, Guard, Stamp, Unfit, WireFormat};
use crate::key::digest::Digest;
use crate::l1::open;
use crate::observe::stats::Counts;
use crate::policy::{Policy, Protection, Sign};
use crate::time::clock::Clock;

use super::KeyLimit;

/// How sealed entries are opened and sealed, and where what is no value is counted.
pub(crate) struct Sealer<'a, V> {
    pub(crate) wire: Option<&'a dyn WireFormat<V>>,
    /// The function's identity, in messages.
    pub(crate) function: &'static str,
    pub(crate) policy: &'a Policy,
    pub(crate) clock: &'a Clock,
    /// The digest of the key, in a function that stores bytes.
    pub(crate) digest: Option<&'a Digest>,
    /// What protects the entry, where more than a checksum does.
    pub(crate) guard: Option<&'a dyn Guard>,
    pub(crate) counts: &'a Counts,
    pub(crate) limit: &'a KeyLimit,
}

impl<V> Sealer<'_, V> {
    /// Whether an entry under a key that points at so many bytes may be kept.
    pub(super) fn admits(&self, key_bytes: usize) -> bool {
        let admits = self.limit.admits(key_bytes, self.function, self.policy, self.clock);
        if !admits {
            self.counts.too_heavy.add(1);
        }
        admits
    }

    /// The digest of the key.
    ///
    /// # Panics
    ///
    /// In a function that stores no bytes; it has no digest and asks for none.
    fn digest(&self) -> &Digest {
        self.digest.expect("a function that stores bytes has digests")
    }

    /// The bytes that a value has when it is stored; none where it never is.
    pub(super) fn length(&self, value: &V, sign: Sign) -> usize {
        self.seal(value, sign).map_or(0, |bytes| bytes.len())
    }

    pub(super) fn open(&self, bytes: &[u8]) -> Option<V> {
        let expected = Expected::of_own(self.digest(), self.guard);
        let live = open::open(self.wire?, bytes, &expected, self.function, self.counts)?;
        Some(live.value)
    }

    /// Seals a value for this process alone, which keeps its life itself.
    pub(super) fn seal(&self, value: &V, sign: Sign) -> Option<Vec<u8>> {
        if self.policy.protection > Protection::Checksum && self.guard.is_none() {
            // Its keys are missing, which has been told; it is never kept without them.
            return None;
        }
        let stamp = Stamp {
            digest: self.digest(),
            created: 0,
            expires: u64::MAX,
            sign,
            compress: self.policy.compress,
            max_bytes: usize::MAX,
            guard: self.guard,
        };
        match self.wire?.encode(value, &stamp) {
            Ok(bytes) => Some(bytes),
            Err(Unfit::TooLarge { .. } | Unfit::TooMuch(_) | Unfit::Codec(_) | Unfit::Random) => {
                self.counts.unfit.add(1);
                None
            }
        }
    }
}

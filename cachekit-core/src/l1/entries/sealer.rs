//! How entries of an encoded L1 are opened and sealed.

use crate::call::context::Scope;
use crate::call::read;
use crate::codec::{Expected, Stamp, Unfit, Wire};
use crate::observe::stats::Counts;
use crate::value::returns::Sign;

use super::KeyLimit;

/// How sealed entries are opened and sealed, and where what is no value is counted.
pub(crate) struct Sealer<'a, V> {
    pub(crate) wire: Option<&'a dyn Wire<V>>,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) counts: &'a Counts,
    pub(crate) limit: &'a KeyLimit,
}

impl<V> Sealer<'_, V> {
    /// Whether an entry under a key that points at so many bytes may be kept.
    pub(super) fn admits(&self, key_bytes: usize) -> bool {
        let admits = self.limit.admits(key_bytes, self.scope);
        if !admits {
            self.counts.too_heavy.add(1);
        }
        admits
    }

    /// The bytes that a value has when it is stored; none where it never is.
    pub(super) fn length(&self, value: &V, sign: Sign) -> usize {
        self.seal(value, sign).map_or(0, |bytes| bytes.len())
    }

    pub(super) fn open(&self, bytes: &[u8]) -> Option<V> {
        let expected = Expected::of_own(self.scope.digest(), self.scope.guard());
        let live = read::open(self.wire?, bytes, &expected, self.scope, self.counts)?;
        Some(live.value)
    }

    /// Seals a value for this process alone, which keeps its life itself.
    pub(super) fn seal(&self, value: &V, sign: Sign) -> Option<Vec<u8>> {
        if self.scope.is_unguarded() {
            // Its keys are missing, which has been told; it is never kept without them.
            return None;
        }
        let stamp = Stamp {
            digest: self.scope.digest(),
            created: 0,
            expires: u64::MAX,
            sign,
            compress: self.scope.policy.compress,
            max_bytes: usize::MAX,
            guard: self.scope.guard(),
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

//! The hasher of tables whose keys carry their hash.

use std::hash::{BuildHasher, Hasher};

/// Passes on the hash that a key carries.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Passed;

/// The hasher of [`Passed`].
#[derive(Debug)]
pub(crate) struct PassedHasher(u64);

impl BuildHasher for Passed {
    type Hasher = PassedHasher;

    #[inline]
    fn build_hasher(&self) -> PassedHasher {
        PassedHasher(0)
    }
}

impl Hasher for PassedHasher {
    #[inline]
    fn write(&mut self, _: &[u8]) {
        unreachable!("a key feeds its hash alone");
    }

    #[inline]
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

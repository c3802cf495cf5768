//! xxh3-64 over header and payload; the only importer of xxhash-rust.
//!
//! It finds accidents, not attackers: who can write to the store can also compute it.

/// The checksum of what stands before it.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

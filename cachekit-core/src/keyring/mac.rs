//! Keyed BLAKE3: digests that only the holder of a key can make, tags, and keys made of keys.

/// The bytes of a key, and of a tag.
pub(crate) const KEY_BYTES: usize = 32;

/// The tag of bytes that follow one another.
///
/// The caller sees to it that no two lists of parts run into the same bytes.
pub(crate) fn tag(key: &[u8; KEY_BYTES], parts: [&[u8]; 2]) -> [u8; KEY_BYTES] {
    *hash(key, parts).as_bytes()
}

/// Whether a tag is that of these bytes, in a time that does not depend on how much of it is.
pub(crate) fn is_tag(tag: &[u8; KEY_BYTES], key: &[u8; KEY_BYTES], parts: [&[u8]; 2]) -> bool {
    // `Hash` compares in constant time.
    hash(key, parts) == blake3::Hash::from_bytes(*tag)
}

fn hash(key: &[u8; KEY_BYTES], parts: [&[u8]; 2]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

/// A key for one purpose, made of a key and of what it is for.
pub(crate) fn derive(purpose: &'static str, key: &[u8; KEY_BYTES], of: &[u8]) -> [u8; KEY_BYTES] {
    let mut hasher = blake3::Hasher::new_derive_key(purpose);
    hasher.update(key);
    hasher.update(of);
    *hasher.finalize().as_bytes()
}

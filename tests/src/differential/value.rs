//! Values as the cache stores them: an envelope whose dates a directory reads, around a number.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::step::Value;

/// Where the end stands in the header, and where the header ends.
const END: std::ops::Range<usize> = 44..52;
const HEADER: usize = 96;
const CHECK: usize = 8;

/// The bytes of values, with their envelopes; a bound between the two tells them apart.
const SMALL: usize = 24;
const LARGE: usize = 400;
pub(super) const BOUND: usize = 300;
pub(super) const ROOMY: usize = 4_096;

/// How long ago the life of a value was over that is stored too late, in milliseconds.
const AGO: u64 = 60_000;

/// A value that was made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    /// In milliseconds of the sequence's own time.
    pub(super) end: u64,
}

/// The values of a sequence, as they were made.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeMap<u32, Made>);

impl Values {
    /// Makes a value whose life begins now.
    pub(super) fn make(&mut self, value: Value, now: u64) -> Made {
        let end = value.life.map_or(now.saturating_sub(AGO), |life| now + life * 1_000);
        self.put(value.id, end, value.is_large)
    }

    /// Makes a value in what is left of another's life.
    pub(super) fn heir(&mut self, id: u32, of: &Made) -> Made {
        self.put(id, of.end, false)
    }

    /// A value that was made before, or one that nobody stored.
    pub(super) fn made(&self, id: u32, now: u64) -> Made {
        self.0.get(&id).cloned().unwrap_or_else(|| enclosed(id, now + AGO, SMALL))
    }

    fn put(&mut self, id: u32, end: u64, is_large: bool) -> Made {
        let made = enclosed(id, end, if is_large { LARGE } else { SMALL });
        self.0.insert(id, made.clone());
        made
    }
}

/// An envelope, as the project's page on envelopes has it.
fn enclosed(id: u32, end: u64, payload: usize) -> Made {
    let mut bytes = Vec::with_capacity(HEADER + payload + CHECK);
    bytes.extend_from_slice(b"CKE1\x01\0\0\0");
    bytes.resize(36, 0);
    bytes.extend_from_slice(&0_u64.to_le_bytes());
    bytes.extend_from_slice(&end.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(payload).unwrap_or_default().to_le_bytes());
    bytes.resize(HEADER, 7);
    bytes.extend_from_slice(&id.to_le_bytes());
    bytes.resize(HEADER + payload, 0x5a);
    let check = xxh3_64(&bytes);
    bytes.extend_from_slice(&check.to_le_bytes());
    Made { bytes, end }
}

/// Changes a value so that its check is wrong, and its dates stay.
pub(super) fn damage(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last = last.wrapping_add(1);
    }
}

/// When a value says that it ends.
pub(super) fn end(bytes: &[u8]) -> Option<u64> {
    let end = bytes.get(END).filter(|_| bytes.starts_with(b"CKE1"))?;
    Some(u64::from_le_bytes(end.try_into().ok()?))
}

/// Whether a value is as it was made.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    let parts = bytes.split_last_chunk::<CHECK>();
    parts.is_some_and(|(body, check)| xxh3_64(body).to_le_bytes() == *check)
}

/// What a value is, in words.
pub(super) fn label(bytes: &[u8]) -> String {
    let id = bytes.get(HEADER..HEADER + 4).and_then(|id| id.try_into().ok());
    let Some(id) = id.map(u32::from_le_bytes).filter(|_| bytes.starts_with(b"CKE1")) else {
        return format!("bytes {}", bytes.escape_ascii());
    };
    let state = if is_sound(bytes) { "" } else { ", damaged" };
    format!("value {id} of {} bytes{state}", bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_a_value_from_its_damage() {
        let mut made = Values::default().make(Value { id: 7, life: Some(50), is_large: false }, 0);
        assert_eq!(end(&made.bytes), Some(50_000));
        assert_eq!(label(&made.bytes), "value 7 of 128 bytes");
        damage(&mut made.bytes);
        assert_eq!(label(&made.bytes), "value 7 of 128 bytes, damaged");
        assert_eq!(label(b"x"), "bytes x");
    }
}

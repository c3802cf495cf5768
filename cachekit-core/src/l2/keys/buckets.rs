//! Buckets: the sixteen parts that a namespace's keys fall into, and where a Cluster keeps each.
//!
//! A Cluster keeps a key in the slot that is the CRC16 of its hash tag, modulo 16 384 (Redis Cluster
//! specification, "Key distribution model"). The number in a bucket's tag is chosen so that bucket
//! `b` lies in the `b`-th sixteenth of the slots: nodes that hold equal parts of the slots hold equal
//! parts of every namespace.

use super::FORMAT;

/// Few enough that every function can be invalidated in all of them at once, enough that one
/// namespace uses several nodes of a Cluster. Fixed by the format.
pub(super) const BUCKETS: u8 = 16;

const SLOTS: u16 = 16_384;

/// The slots of one bucket.
const PART: u16 = SLOTS / BUCKETS as u16;

/// What the keys of a namespace begin with, in each of its buckets.
#[derive(Debug)]
pub(super) struct Buckets([String; BUCKETS as usize]);

impl Buckets {
    pub(super) fn of(namespace: &str) -> Self {
        Self(std::array::from_fn(|bucket| beginning(namespace, bucket)))
    }

    /// `ck2:{<namespace>:<bucket>.<n>}:` of a bucket.
    pub(super) fn beginning(&self, bucket: u8) -> &str {
        &self.0[usize::from(bucket)]
    }
}

/// `ck2:{<namespace>:<bucket>.<n>}:`, with the smallest `n` whose slot is one of the bucket's.
pub(super) fn beginning(namespace: &str, bucket: usize) -> String {
    let named = format!("{namespace}:{bucket:x}.");
    let so_far = crc16(0, named.as_bytes());
    let lies_in =
        |n: &u32| usize::from(crc16(so_far, n.to_string().as_bytes()) % SLOTS / PART) == bucket;
    let n = (0..=999_999).find(lies_in).expect("six digits reach every slot");
    format!("{FORMAT}:{{{named}{n}}}:")
}

/// CRC16/XMODEM of more bytes, as a Cluster hashes tags by.
fn crc16(so_far: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(so_far, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example.
    #[test]
    fn the_checksum_is_the_one_that_a_cluster_uses() {
        assert_eq!(crc16(0, b"123456789"), 0x31c3);
    }

    fn slot(beginning: &str) -> u16 {
        let tag = &beginning[beginning.find('{').unwrap() + 1..beginning.find('}').unwrap()];
        crc16(0, tag.as_bytes()) % SLOTS
    }

    /// D9.
    #[test]
    fn each_bucket_lies_in_its_own_sixteenth_of_the_slots() {
        let namespaces = ["default", "shop", "a", "shop-eu.prod_1", &"n".repeat(64)];
        for namespace in namespaces {
            let buckets = Buckets::of(namespace);
            for bucket in 0..BUCKETS {
                let beginning = buckets.beginning(bucket);
                assert_eq!(slot(beginning) / PART, u16::from(bucket), "{beginning}");
                assert!(beginning.starts_with(&format!("ck2:{{{namespace}:{bucket:x}.")));
            }
        }
    }

    /// D9: another number would be another key.
    #[test]
    fn the_numbers_in_the_tags_of_a_namespace_are_fixed() {
        let numbers = [3, 0, 22, 21, 61, 62, 41, 42, 22, 21, 3, 23, 43, 60, 12, 2];
        let buckets = Buckets::of("default");
        for (bucket, n) in (0..BUCKETS).zip(numbers) {
            assert_eq!(buckets.beginning(bucket), format!("ck2:{{default:{bucket:x}.{n}}}:"));
        }
    }
}

//! The envelope, version 1: the header around a payload; reads untrusted bytes.
//!
//! ```text
//!   0  magic "CKE1"      4
//!   4  version           1   = 1
//!   5  flags             1   1 compressed, 2 sealed, 4 keyed MAC, 8 negative
//!   6  codec             1   0 raw, 1 bincode, 2 postcard, 3 msgpack
//!   7  reserved          1   = 0
//!   8  key id            4   0: no key
//!  12  nonce            24   zero without a key
//!  36  created           8   ms since the Unix epoch, the tier's time
//!  44  expires           8   likewise
//!  52  length            4   of the payload before compression
//!  56  fingerprint       8   of type, version and codec
//!  64  key digest       32
//!  96  payload           n
//!  96+n  check           8   xxh3-64 over all before it
//! ```
//!
//! Integers are little-endian.

use crate::digest::Digest;

use super::{Undecodable, checksum};

const MAGIC: [u8; 4] = *b"CKE1";
const VERSION: u8 = 1;
pub(crate) const HEADER_BYTES: usize = 96;
pub(crate) const CHECK_BYTES: usize = 8;

/// What an envelope adds to its payload.
pub(crate) const OVERHEAD_BYTES: usize = HEADER_BYTES + CHECK_BYTES;

pub(crate) const COMPRESSED: u8 = 1;
pub(crate) const SEALED: u8 = 2;
pub(crate) const MAC: u8 = 4;
pub(crate) const NEGATIVE: u8 = 8;

/// The flags that this build can read. A flag that needs a feature which is off is not among
/// them: its entries are foreign here, not poison.
const READABLE: u8 = NEGATIVE | if cfg!(feature = "compress") { COMPRESSED } else { 0 };

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) flags: u8,
    pub(crate) codec: u8,
    pub(crate) created: u64,
    pub(crate) expires: u64,
    /// The payload's length before compression.
    pub(crate) len: u32,
    pub(crate) fingerprint: u64,
    pub(crate) digest: Digest,
}

impl Header {
    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Puts header and checksum around a payload.
    pub(crate) fn enclose(&self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(payload.len() + OVERHEAD_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.flags, self.codec, 0]);
        out.extend_from_slice(&0_u32.to_le_bytes()); // Key id.
        out.extend_from_slice(&[0; 24]); // Nonce.
        out.extend_from_slice(&self.created.to_le_bytes());
        out.extend_from_slice(&self.expires.to_le_bytes());
        out.extend_from_slice(&self.len.to_le_bytes());
        out.extend_from_slice(&self.fingerprint.to_le_bytes());
        out.extend_from_slice(self.digest.as_bytes());
        out.extend_from_slice(payload);
        let check = checksum::of(&out);
        out.extend_from_slice(&check.to_le_bytes());
        out
    }

    /// Reads an envelope whose checksum is right.
    ///
    /// What another build could read is told from what nobody can before the checksum is looked
    /// at, since another build's check may be of another kind.
    pub(crate) fn disclose(bytes: &[u8]) -> Result<(Self, &[u8]), Undecodable> {
        let body_end = bytes.len().checked_sub(CHECK_BYTES).ok_or(Undecodable::NoEnvelope)?;
        if body_end < HEADER_BYTES || bytes[..4] != MAGIC {
            return Err(Undecodable::NoEnvelope);
        }
        if bytes[4] != VERSION || bytes[7] != 0 {
            return Err(Undecodable::Version);
        }
        let flags = bytes[5];
        if flags & (SEALED | MAC) != 0 || bytes[8..12] != [0; 4] {
            return Err(Undecodable::KeyId);
        }
        if flags & !READABLE != 0 {
            return Err(Undecodable::Flags);
        }
        let (body, check) = bytes.split_at(body_end);
        if checksum::of(body).to_le_bytes() != check {
            return Err(Undecodable::Checksum);
        }
        let header = Self {
            flags,
            codec: bytes[6],
            created: u64::from_le_bytes(array(&bytes[36..44])),
            expires: u64::from_le_bytes(array(&bytes[44..52])),
            len: u32::from_le_bytes(array(&bytes[52..56])),
            fingerprint: u64::from_le_bytes(array(&bytes[56..64])),
            digest: Digest::from_bytes(array(&bytes[64..96])),
        };
        Ok((header, &body[HEADER_BYTES..]))
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the slice was cut to this length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            flags: NEGATIVE,
            codec: 1,
            created: 1_700_000_000_000,
            expires: 1_700_000_300_000,
            len: 5,
            fingerprint: 0x0123_4567_89ab_cdef,
            digest: Digest::from_bytes([7; 32]),
        }
    }

    #[test]
    fn what_is_enclosed_is_disclosed() {
        let bytes = header().enclose(b"hello");
        assert_eq!(bytes.len(), 5 + OVERHEAD_BYTES);
        assert_eq!(Header::disclose(&bytes), Ok((header(), b"hello".as_slice())));
    }

    /// J2.
    #[test]
    fn every_flipped_bit_of_header_payload_and_check_is_noticed() {
        let bytes = header().enclose(b"hello");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::disclose(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_truncation_and_every_addition_is_noticed() {
        let bytes = header().enclose(b"hello");
        for len in 0..bytes.len() {
            assert!(Header::disclose(&bytes[..len]).is_err(), "length {len}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert_eq!(Header::disclose(&longer), Err(Undecodable::Checksum));
    }
}

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
//!                    or 16   tag of AES-256-GCM, where the payload is sealed
//!                    or 32   keyed BLAKE3
//! ```
//!
//! Integers are little-endian.

use std::borrow::Cow;
#[cfg(feature = "encrypt")]
use std::ops::Range;

use crate::key::digest::Digest;
use crate::policy::Protection;

use super::{Guard, MOST_OVERHEAD, Undecodable, Unfit, checksum};

const MAGIC: [u8; 4] = *b"CKE1";
const VERSION: u8 = 1;
pub(crate) const HEADER_BYTES: usize = 96;
pub(crate) const CHECK_BYTES: usize = 8;

/// Where the key's id and the nonce stand.
#[cfg(feature = "encrypt")]
pub(crate) const KEY_ID: Range<usize> = 8..12;
#[cfg(feature = "encrypt")]
pub(crate) const NONCE: Range<usize> = 12..36;

/// The bytes of a keyed tag, BLAKE3's.
#[cfg(feature = "encrypt")]
pub(crate) const MAC_BYTES: usize = 32;

/// The bytes of a seal's tag, AES-GCM's.
#[cfg(feature = "encrypt")]
pub(crate) const TAG_BYTES: usize = 16;

/// What an envelope adds to its payload at most, by what protects it.
pub(crate) const OVERHEAD_BYTES: usize = HEADER_BYTES + CHECK_BYTES;
pub(crate) const GUARDED_BYTES: usize = HEADER_BYTES + 32;
const _: () = assert!(GUARDED_BYTES <= MOST_OVERHEAD && OVERHEAD_BYTES <= MOST_OVERHEAD);

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

    /// Puts header and check around a payload, and seals it where that is asked for.
    pub(crate) fn enclose(
        &self,
        payload: &[u8],
        guard: Option<&dyn Guard>,
    ) -> Result<Vec<u8>, Unfit> {
        let mut out = Vec::with_capacity(payload.len() + GUARDED_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.flags | kind(guard), self.codec, 0]);
        out.extend_from_slice(&0_u32.to_le_bytes()); // Key id.
        out.extend_from_slice(&[0; 24]); // Nonce.
        out.extend_from_slice(&self.created.to_le_bytes());
        out.extend_from_slice(&self.expires.to_le_bytes());
        out.extend_from_slice(&self.len.to_le_bytes());
        out.extend_from_slice(&self.fingerprint.to_le_bytes());
        out.extend_from_slice(self.digest.as_bytes());
        out.extend_from_slice(payload);
        close(&mut out, guard)?;
        Ok(out)
    }

    /// Reads an envelope whose check is right.
    ///
    /// What another build could read is told from what nobody can before the check is looked at,
    /// since another build's check may be of another kind. What is less protected than it must be
    /// is not looked at either: who wrote it chose its bytes.
    pub(crate) fn disclose<'a>(
        bytes: &'a [u8],
        guard: Option<&dyn Guard>,
    ) -> Result<(Self, Cow<'a, [u8]>), Undecodable> {
        if bytes.len() < HEADER_BYTES || bytes[..4] != MAGIC {
            return Err(Undecodable::NoEnvelope);
        }
        if bytes[4] != VERSION || bytes[7] != 0 {
            return Err(Undecodable::Version);
        }
        let flags = bytes[5];
        let protection = protection(flags).ok_or(Undecodable::Flags)?;
        admit(protection, bytes, guard)?;
        if flags & !(READABLE | SEALED | MAC) != 0 {
            return Err(Undecodable::Flags);
        }
        let body_end = bytes.len().checked_sub(check_bytes(protection));
        let body_end =
            body_end.filter(|end| *end >= HEADER_BYTES).ok_or(Undecodable::NoEnvelope)?;
        let (body, check) = bytes.split_at(body_end);
        let payload = open(body, check, protection, guard)?;
        let header = Self {
            flags,
            codec: bytes[6],
            created: u64::from_le_bytes(array(&bytes[36..44])),
            expires: u64::from_le_bytes(array(&bytes[44..52])),
            len: u32::from_le_bytes(array(&bytes[52..56])),
            fingerprint: u64::from_le_bytes(array(&bytes[56..64])),
            digest: Digest::from_bytes(array(&bytes[64..96])),
        };
        Ok((header, payload))
    }
}

/// What protects an envelope of these flags; `None` where no build wrote them.
fn protection(flags: u8) -> Option<Protection> {
    match flags & (SEALED | MAC) {
        0 => Some(Protection::Checksum),
        MAC => Some(Protection::Mac),
        SEALED => Some(Protection::Encrypt),
        _ => None,
    }
}

#[cfg(feature = "encrypt")]
fn kind(guard: Option<&dyn Guard>) -> u8 {
    match guard.map_or(Protection::Checksum, Guard::level) {
        Protection::Checksum => 0,
        Protection::Mac => MAC,
        Protection::Encrypt => SEALED,
    }
}

#[cfg(feature = "encrypt")]
fn check_bytes(protection: Protection) -> usize {
    match protection {
        Protection::Checksum => CHECK_BYTES,
        Protection::Mac => MAC_BYTES,
        Protection::Encrypt => TAG_BYTES,
    }
}

#[cfg(not(feature = "encrypt"))]
fn kind(_: Option<&dyn Guard>) -> u8 {
    0
}

#[cfg(not(feature = "encrypt"))]
fn check_bytes(_: Protection) -> usize {
    CHECK_BYTES
}

/// Whether an envelope is protected as the reader's entries are, before its check is looked at.
fn admit(found: Protection, bytes: &[u8], guard: Option<&dyn Guard>) -> Result<(), Undecodable> {
    #[cfg(feature = "encrypt")]
    if let Some(guard) = guard {
        return if found < guard.level() { Err(Undecodable::Suspicious) } else { Ok(()) };
    }
    #[cfg(not(feature = "encrypt"))]
    let _ = guard;
    if found != Protection::Checksum || bytes[8..12] != [0; 4] {
        return Err(Undecodable::KeyId);
    }
    Ok(())
}

#[cfg_attr(
    not(feature = "encrypt"),
    expect(clippy::unnecessary_wraps, reason = "with the feature a seal needs randomness")
)]
fn close(envelope: &mut Vec<u8>, guard: Option<&dyn Guard>) -> Result<(), Unfit> {
    #[cfg(feature = "encrypt")]
    if let Some(guard) = guard {
        return guard.close(envelope);
    }
    #[cfg(not(feature = "encrypt"))]
    let _ = guard;
    let check = checksum::of(envelope);
    envelope.extend_from_slice(&check.to_le_bytes());
    Ok(())
}

fn open<'a>(
    body: &'a [u8],
    check: &[u8],
    found: Protection,
    guard: Option<&dyn Guard>,
) -> Result<Cow<'a, [u8]>, Undecodable> {
    #[cfg(feature = "encrypt")]
    if let Some(guard) = guard {
        return guard.open(body, check, found);
    }
    let _ = (found, guard);
    if checksum::of(body).to_le_bytes() != check {
        return Err(Undecodable::Checksum);
    }
    Ok(Cow::Borrowed(&body[HEADER_BYTES..]))
}

/// When the value in an envelope ends, as far as its header says so; checks nothing.
#[cfg(feature = "disk")]
pub(crate) fn ends(bytes: &[u8]) -> Option<u64> {
    let header = bytes.get(..HEADER_BYTES)?;
    let is_ours = header[..4] == MAGIC && header[4] == VERSION;
    is_ours.then(|| u64::from_le_bytes(array(&header[44..52])))
}

/// Whether an envelope is sound and its value's life is over.
#[cfg(feature = "disk")]
pub(crate) fn is_over(bytes: &[u8], now: u64) -> bool {
    ends(bytes).is_some_and(|end| end <= now) && Header::disclose(bytes, None).is_ok()
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

    fn enclosed() -> Vec<u8> {
        header().enclose(b"hello", None).expect("a checksum needs nothing")
    }

    #[test]
    fn what_is_enclosed_is_disclosed() {
        let bytes = enclosed();
        assert_eq!(bytes.len(), 5 + OVERHEAD_BYTES);
        assert_eq!(Header::disclose(&bytes, None), Ok((header(), b"hello".as_slice().into())));
    }

    /// J2.
    #[test]
    fn every_flipped_bit_of_header_payload_and_check_is_noticed() {
        let bytes = enclosed();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::disclose(&flipped, None).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_truncation_and_every_addition_is_noticed() {
        let bytes = enclosed();
        for len in 0..bytes.len() {
            assert!(Header::disclose(&bytes[..len], None).is_err(), "length {len}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert_eq!(Header::disclose(&longer, None), Err(Undecodable::Checksum));
    }
}

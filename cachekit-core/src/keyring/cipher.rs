//! XAES-256-GCM: sealing under a key of one's own for each message; the only importer of aes-gcm.
//!
//! AES-256-GCM may seal 2^32 messages under one key with random nonces, which a busy cache does in
//! days. This construction (C2SP, `XAES-256-GCM`) makes a key for each message of the first half
//! of a nonce of 192 random bits, which may be drawn 2^80 times:
//!
//! ```text
//!   L   = AES(K, 0^128)                   M1 = 0^8 || 1 || "X" || 0 || N[..12]     (NIST SP 800-108r1
//!   K1  = L doubled in GF(2^128)          M2 = 0^8 || 2 || "X" || 0 || N[..12]      over CMAC)
//!   Kx  = AES(K, M1 ^ K1) || AES(K, M2 ^ K1)
//!   out = AES-256-GCM(Kx, N[12..], text, associated data)
//! ```

use crate::codec::envelope::TAG_BYTES;
use std::fmt;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::aead::consts::U12;
use aes_gcm::aes::Aes256Enc;
use aes_gcm::aes::cipher::BlockCipherEncrypt as _;
use aes_gcm::{AesGcm, KeyInit as _};

use crate::keyring::mac::KEY_BYTES;
use crate::keyring::secret::Wiped;

pub(super) const NONCE_BYTES: usize = 24;

/// Half of the nonce makes the message's key, the other half is that key's nonce.
const HALF: usize = 12;

/// The bytes of an AES block.
const BLOCK: usize = 16;

/// The reduction of x^128 in GF(2^128) as CMAC has it.
const REDUCTION: u8 = 0x87;

/// GCM encrypts blocks and never decrypts one, so that half of a key's schedule is not made; it
/// would take longer than a small message.
type Gcm = AesGcm<Aes256Enc, U12>;

/// A key that is ready to seal and to open.
pub(crate) struct Cipher {
    aes: Aes256Enc,
    /// `K1` above.
    mask: Wiped<[u8; BLOCK]>,
}

impl Cipher {
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let aes = Aes256Enc::new(key.into());
        let mut mask = Wiped::new([0; BLOCK]);
        aes.encrypt_block((&mut *mask).into());
        let mut carry = 0;
        for byte in mask.iter_mut().rev() {
            let out = *byte >> 7;
            *byte = *byte << 1 | carry;
            carry = out;
        }
        // A mask of all ones or none, so that the time does not tell the bit.
        mask[BLOCK - 1] ^= REDUCTION & carry.wrapping_neg();
        Self { aes, mask }
    }

    /// Encrypts in place; answers with the tag.
    ///
    /// # Panics
    ///
    /// From 64 GiB on, which no envelope has.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; NONCE_BYTES],
        associated: &[u8],
        text: &mut [u8],
    ) -> [u8; TAG_BYTES] {
        let (message, rest) = self.message(nonce);
        let tag = message.encrypt_inout_detached((&rest).into(), associated, text.into());
        tag.expect("an envelope is below the limit of GCM").into()
    }

    /// Decrypts in place if the tag is right; compares in constant time.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_BYTES],
        associated: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_BYTES],
    ) -> bool {
        let (message, rest) = self.message(nonce);
        message.decrypt_inout_detached((&rest).into(), associated, text.into(), tag.into()).is_ok()
    }

    /// The cipher of one message, and its nonce.
    fn message(&self, nonce: &[u8; NONCE_BYTES]) -> (Gcm, [u8; HALF]) {
        let mut key = Wiped::new([0; KEY_BYTES]);
        for (counter, block) in (1..).zip(key.chunks_exact_mut(BLOCK)) {
            block[1] = counter;
            block[2] = b'X';
            block[4..].copy_from_slice(&nonce[..HALF]);
            for (byte, mask) in block.iter_mut().zip(&*self.mask) {
                *byte ^= mask;
            }
            let block: &mut [u8; BLOCK] = block.try_into().expect("a chunk of one block");
            self.aes.encrypt_block(block.into());
        }
        let mut rest = [0; HALF];
        rest.copy_from_slice(&nonce[HALF..]);
        (Gcm::new((&*key).into()), rest)
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha3::Shake128;
    use sha3::digest::{ExtendableOutput as _, Update as _, XofReader as _};

    const NONCE: &[u8; NONCE_BYTES] = b"ABCDEFGHIJKLMNOPQRSTUVWX";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn sealed(key: u8, associated: &[u8]) -> String {
        let mut text = *b"XAES-256-GCM";
        let tag = Cipher::new(&[key; 32]).seal(NONCE, associated, &mut text);
        hex(&[text.as_slice(), &tag].concat())
    }

    /// The published vectors: one with each value of the bit that is carried out of `L`.
    #[test]
    fn the_published_vectors_come_out() {
        assert_eq!(sealed(1, b""), "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
        assert_eq!(
            sealed(3, b"c2sp.org/XAES-256-GCM"),
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
        );
    }

    /// The published accumulation of ten thousand messages of random lengths.
    #[test]
    fn the_published_accumulation_comes_out() {
        let mut from = Shake128::default().finalize_xof();
        let mut into = Shake128::default();
        for _ in 0..10_000 {
            let (mut key, mut nonce, mut len) = ([0; KEY_BYTES], [0; NONCE_BYTES], [0]);
            from.read(&mut key);
            from.read(&mut nonce);
            let mut take = || {
                from.read(&mut len);
                let mut bytes = vec![0; usize::from(len[0])];
                from.read(&mut bytes);
                bytes
            };
            let (text, associated) = (take(), take());
            let mut message = text.clone();
            let cipher = Cipher::new(&key);
            let tag = cipher.seal(&nonce, &associated, &mut message);
            into.update(&message);
            into.update(&tag);
            assert!(cipher.open(&nonce, &associated, &mut message, &tag));
            assert_eq!(message, text);
        }
        let mut digest = [0; 32];
        into.finalize_xof().read(&mut digest);
        let expected = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939";
        assert_eq!(hex(&digest), expected);
    }

    #[test]
    fn another_tag_nonce_or_context_opens_nothing_and_changes_nothing() {
        let cipher = Cipher::new(&[9; 32]);
        let mut text = *b"a secret";
        let tag = cipher.seal(NONCE, b"here", &mut text);
        let sealed = text;
        let flipped = |at: usize| {
            let mut other = tag;
            other[at] ^= 1;
            other
        };
        assert!((0..TAG_BYTES).all(|at| !cipher.open(NONCE, b"here", &mut text, &flipped(at))));
        assert!(!cipher.open(NONCE, b"there", &mut text, &tag));
        assert!(!cipher.open(b"ABCDEFGHIJKLMNOPQRSTUVWY", b"here", &mut text, &tag));
        assert!(!cipher.open(b"BBCDEFGHIJKLMNOPQRSTUVWX", b"here", &mut text, &tag));
        assert!(!Cipher::new(&[8; 32]).open(NONCE, b"here", &mut text, &tag));
        assert_eq!(text, sealed);
        assert!(cipher.open(NONCE, b"here", &mut text, &tag));
        assert_eq!(&text, b"a secret");
    }
}

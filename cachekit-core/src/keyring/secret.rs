//! Secret: key bytes that are wiped when dropped and never printed.

use std::fmt;

use base64ct::{Base64Unpadded, Encoding as _};
pub(crate) use zeroize::Zeroizing as Wiped;

use crate::keyring::mac::KEY_BYTES;

/// A key. Wiped when dropped, absent from `Debug`.
#[derive(Clone)]
pub(crate) struct Secret(Wiped<[u8; KEY_BYTES]>);

impl Secret {
    pub(crate) fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Wiped::new(bytes))
    }

    /// A key as `openssl rand -base64 32` prints it; the padding may be left out.
    ///
    /// Decoded without branches or look-ups that depend on the key.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let mut bytes = Wiped::new([0; KEY_BYTES]);
        let text = text.strip_suffix('=').unwrap_or(text);
        let decoded = Base64Unpadded::decode(text, &mut *bytes).ok()?.len();
        (decoded == KEY_BYTES).then_some(Self(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_thirty_two_bytes_of_base64() {
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let expected: Vec<u8> = (0..32).collect();
        for text in [text, &text[..43]] {
            let secret = Secret::from_base64(text).expect("it is a key");
            assert_eq!(secret.as_bytes().as_slice(), expected);
        }
        let long = format!("AA{text}");
        for wrong in
            ["", "AAEC", &text[..42], &long, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH!8="]
        {
            assert!(Secret::from_base64(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::from_bytes([7; 32])), "Secret(..)");
    }
}

//! Seals, tags and opens envelopes under the keys of an entry's guard.

use std::borrow::Cow;

use crate::codec::envelope::{HEADER_BYTES, KEY_ID, MAC_BYTES, NONCE, TAG_BYTES};
use crate::codec::{Guard, Undecodable, Unfit};
use crate::keyring::mac::{self, KEY_BYTES};
use crate::keyring::secret::Wiped;
use crate::policy::Protection;
use crate::random;

use super::EntryGuard;
use super::cipher::Cipher;

// A keyed tag is a digest under a key.
const _: () = assert!(MAC_BYTES == KEY_BYTES);

/// A key that is ready for use, made for one tenant of one key of the ring.
#[derive(Debug)]
pub(crate) struct Keyed {
    id: u32,
    cipher: Cipher,
    mac: Wiped<[u8; KEY_BYTES]>,
}

impl Keyed {
    pub(crate) fn new(id: u32, seal: &[u8; KEY_BYTES], mac: Wiped<[u8; KEY_BYTES]>) -> Self {
        Self { id, cipher: Cipher::new(seal), mac }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }
}

impl Guard for EntryGuard {
    fn level(&self) -> Protection {
        self.level
    }

    fn close(&self, envelope: &mut Vec<u8>) -> Result<(), Unfit> {
        let key = self.current();
        envelope[KEY_ID].copy_from_slice(&key.id.to_le_bytes());
        if self.level == Protection::Encrypt {
            let nonce = random::bytes().ok_or(Unfit::Random)?;
            envelope[NONCE].copy_from_slice(&nonce);
            let (header, payload) = envelope.split_at_mut(HEADER_BYTES);
            let tag = key.cipher.seal(&nonce, &associated(self, header), payload);
            envelope.extend_from_slice(&tag);
        } else {
            let tag = mac::tag(&key.mac, [&self.context, envelope]);
            envelope.extend_from_slice(&tag);
        }
        Ok(())
    }

    fn open<'a>(
        &self,
        body: &'a [u8],
        tag: &[u8],
        found: Protection,
    ) -> Result<Cow<'a, [u8]>, Undecodable> {
        let (header, payload) = body.split_at(HEADER_BYTES);
        let id = u32::from_le_bytes(array(&header[KEY_ID]));
        let destroyed = || self.is_destroyed(id);
        let key = self
            .find(id)
            .ok_or_else(|| if destroyed() { Undecodable::Destroyed } else { Undecodable::KeyId })?;
        let opened = if found == Protection::Encrypt {
            let (nonce, tag) = (array(&header[NONCE]), array::<TAG_BYTES>(tag));
            let mut text = payload.to_vec();
            let opens = key.cipher.open(&nonce, &associated(self, header), &mut text, &tag);
            opens.then_some(Cow::Owned(text))
        } else {
            let sound = mac::is_tag(&array(tag), &key.mac, [&self.context, body]);
            sound.then_some(Cow::Borrowed(payload))
        };
        let opened = opened.ok_or(Undecodable::Forged)?;
        self.opened(id);
        Ok(opened)
    }
}

fn associated(guard: &EntryGuard, header: &[u8]) -> Vec<u8> {
    [&guard.context, header].concat()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the slice was cut to this length")
}

//! Guard: seals, tags and opens envelopes under the keys of whoever holds them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::keyring::mac::{self, KEY_BYTES};
use crate::keyring::secret::Wiped;
use crate::policy::Protection;

use super::cipher::{Cipher, NONCE_BYTES, TAG_BYTES};
use crate::codec::envelope::{HEADER_BYTES, KEY_ID, NONCE};
use crate::codec::{Undecodable, Unfit};

/// The bytes of a keyed tag.
pub(crate) const MAC_BYTES: usize = KEY_BYTES;

/// What protects one entry against whoever can write to the store.
pub(crate) trait Guard: fmt::Debug + Send + Sync {
    /// The protection that is given, and the least that is accepted.
    fn level(&self) -> Protection;

    /// What a tag binds beside the envelope: where the entry belongs. No context is a prefix of
    /// another.
    fn context(&self) -> &[u8];

    /// The key that seals.
    fn current(&self) -> Arc<Keyed>;

    /// The key of an id, for opening.
    fn find(&self, id: u32) -> Option<Arc<Keyed>>;

    /// Whether the key of an id was destroyed, so that nobody opens what is under it any more.
    fn is_destroyed(&self, id: u32) -> bool;

    /// What the key of an id was found for has proven to be sealed or tagged under it.
    fn opened(&self, id: u32);

    /// A fresh nonce of the operating system's randomness.
    fn nonce(&self) -> Result<[u8; NONCE_BYTES], Unfit>;
}

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

/// Protects header and payload, which the envelope is by now, and appends the tag.
pub(crate) fn close(envelope: &mut Vec<u8>, guard: &dyn Guard) -> Result<(), Unfit> {
    let key = guard.current();
    envelope[KEY_ID].copy_from_slice(&key.id.to_le_bytes());
    if guard.level() == Protection::Encrypt {
        let nonce = guard.nonce()?;
        envelope[NONCE].copy_from_slice(&nonce);
        let (header, payload) = envelope.split_at_mut(HEADER_BYTES);
        let tag = key.cipher.seal(&nonce, &associated(guard, header), payload);
        envelope.extend_from_slice(&tag);
    } else {
        let tag = mac::tag(&key.mac, [guard.context(), envelope]);
        envelope.extend_from_slice(&tag);
    }
    Ok(())
}

/// The payload behind a header, if the tag after it is right.
///
/// Every failure is the same to the caller: what of it failed is nobody's business.
pub(crate) fn open<'a>(
    body: &'a [u8],
    tag: &[u8],
    found: Protection,
    guard: &dyn Guard,
) -> Result<Cow<'a, [u8]>, Undecodable> {
    let (header, payload) = body.split_at(HEADER_BYTES);
    let id = u32::from_le_bytes(array(&header[KEY_ID]));
    let key = guard.find(id).ok_or_else(|| {
        if guard.is_destroyed(id) { Undecodable::Destroyed } else { Undecodable::KeyId }
    })?;
    let opened = if found == Protection::Encrypt {
        let (nonce, tag) = (array(&header[NONCE]), array::<TAG_BYTES>(tag));
        let mut text = payload.to_vec();
        let opens = key.cipher.open(&nonce, &associated(guard, header), &mut text, &tag);
        opens.then_some(Cow::Owned(text))
    } else {
        let sound = mac::is_tag(&array(tag), &key.mac, [guard.context(), body]);
        sound.then_some(Cow::Borrowed(payload))
    };
    let opened = opened.ok_or(Undecodable::Forged)?;
    guard.opened(id);
    Ok(opened)
}

fn associated(guard: &dyn Guard, header: &[u8]) -> Vec<u8> {
    [guard.context(), header].concat()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the slice was cut to this length")
}

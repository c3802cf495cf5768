//! Key ring: the keys that entries are sealed under, in order, and who hands them out.

pub(crate) mod cipher;
mod entry;
mod key;
pub(crate) mod mac;
mod report;
pub(crate) mod seal;
pub(crate) mod secret;
mod vault;

pub(crate) use entry::{Belongs, EntryGuard};
pub use key::KeyState;
pub(crate) use key::Owner;
pub use report::KeyUse;
pub(crate) use vault::Vault;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::keyring::seal::Keyed;
use crate::keyring::secret::{Secret, Wiped};

use key::Key;

/// The variable that [`KeyRing::from_env`] reads.
pub(crate) const VARIABLE: &str = "CACHEKIT_KEYS";

/// Keys with ids: the first that is enabled seals, all open that are not destroyed.
///
/// A copy shares the keys and what was made ready of them, so copying costs next to nothing. The
/// keys are wiped when the last copy is dropped, and neither printed nor logged.
///
/// ```
/// use cachekit::KeyRing;
///
/// # fn main() -> Result<(), cachekit::Error> {
/// // Two is current; entries that were sealed under one can still be read.
/// let ring = KeyRing::new([(2, [0x22; 32]), (1, [0x11; 32])])?;
/// assert_eq!(ring.ids().collect::<Vec<_>>(), [2, 1]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct KeyRing(Arc<[Key]>);

impl KeyRing {
    /// A ring of keys, the current one first.
    ///
    /// An id names its key in every entry that the key seals: it is not zero, and is never given to
    /// another key.
    ///
    /// # Errors
    ///
    /// Where there is no key, or an id is zero or comes twice (`is_config`).
    pub fn new(keys: impl IntoIterator<Item = (u32, [u8; 32])>) -> Result<Self, Error> {
        let keys = keys.into_iter().map(|(id, key)| Key::new(id, Secret::from_bytes(key)));
        Self::of(keys.collect())
    }

    /// The same ring, in which a key is in another state.
    ///
    /// A key that is for reading alone opens and does not seal, wherever it stands. One that is
    /// destroyed is forgotten but for its id: what was sealed under it is removed where it is met, and
    /// its id is given to no other key.
    ///
    /// ```
    /// use cachekit::{KeyRing, KeyState};
    ///
    /// # fn main() -> Result<(), cachekit::Error> {
    /// let ring = KeyRing::new([(3, [0x33; 32]), (2, [0x22; 32]), (1, [0x11; 32])])?
    ///     .with_state(3, KeyState::ReadOnly)?
    ///     .with_state(1, KeyState::Destroyed)?;
    /// // The second seals until all nodes have the third; what the first sealed is gone.
    /// assert_eq!(ring.state(2), Some(KeyState::Enabled));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the ring has no key of that id (but one may be destroyed that is not there), where the key
    /// was destroyed, or where no key would be left that seals (`is_config`).
    pub fn with_state(&self, id: u32, state: KeyState) -> Result<Self, Error> {
        let mut keys: Vec<_> = self.0.iter().map(Key::anew).collect();
        match keys.iter_mut().find(|key| key.id == id) {
            Some(key) => key.enter(state)?,
            None if state == KeyState::Destroyed => keys.push(Key::destroyed(id)),
            None => return Err(Error::config(format!("the ring has no key {id}"))),
        }
        Self::of(keys)
    }

    /// The state of a key; `None` if the ring does not know its id.
    pub fn state(&self, id: u32) -> Option<KeyState> {
        Some(self.0.iter().find(|key| key.id == id)?.state())
    }

    /// The ring that `CACHEKIT_KEYS` holds: `id:base64`, with commas between the keys;
    /// `id:base64:read` is a key for reading alone, `id:destroyed` one that was destroyed.
    ///
    /// Each key is the standard Base64 of 32 bytes, as `openssl rand -base64 32` prints them.
    ///
    /// # Errors
    ///
    /// Where the variable is absent or does not hold such a list (`is_config`).
    pub fn from_env() -> Result<Self, Error> {
        let Some(text) = std::env::var_os(VARIABLE).filter(|text| !text.is_empty()) else {
            return Err(Error::config(format!("{VARIABLE} is not set; set it to \"1:<base64>\"")));
        };
        let text = text.into_string().map(Wiped::new);
        text.ok().as_deref().and_then(|text| Self::parse(text)).unwrap_or_else(|| {
            Err(Error::config(format!(
                "{VARIABLE} is no list of keys; write \"2:<base64>,1:<base64>\" with the current \
                 key first, each the Base64 of 32 bytes (`openssl rand -base64 32`)"
            )))
        })
    }

    /// `None` where a part is no key: the text is not shown.
    fn parse(text: &str) -> Option<Result<Self, Error>> {
        let key = |part: &str| {
            let (id, rest) = part.trim().split_once(':')?;
            let (id, (key, state)) = (id.parse().ok()?, rest.split_once(':').unwrap_or((rest, "")));
            if rest == "destroyed" {
                return Some(Key::destroyed(id));
            }
            let mut key = Key::new(id, Secret::from_base64(key)?);
            match state {
                "" => {}
                "read" => key.enter(KeyState::ReadOnly).ok()?,
                _ => return None,
            }
            Some(key)
        };
        let keys: Option<Vec<_>> = text.trim_end_matches(',').split(',').map(key).collect();
        Some(Self::of(keys?))
    }

    fn of(keys: Vec<Key>) -> Result<Self, Error> {
        let wrong = |why: &str| Err(Error::config(why));
        let mut ids = BTreeSet::new();
        if !keys.iter().any(Key::seals) {
            return wrong("a key ring needs a key that seals");
        }
        if keys.iter().any(|key| key.id == 0) {
            return wrong("the id of a key is not zero, which says that there is none");
        }
        if !keys.iter().all(|key| ids.insert(key.id)) {
            return wrong("two keys of a ring have one id; an id is never given to another key");
        }
        Ok(Self(keys.into()))
    }

    /// The ids of the keys, in the order of the ring.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|key| key.id)
    }

    /// Whether it is the other, or a copy of it.
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The id of the key that seals.
    pub(crate) fn current_id(&self) -> u32 {
        self.sealing().id
    }

    /// The key that seals, made for a tenant.
    pub(crate) fn current(&self, owner: &Owner) -> Arc<Keyed> {
        self.sealing().made_for(owner).expect("a key that seals is not destroyed")
    }

    fn sealing(&self) -> &Key {
        self.0.iter().find(|key| key.seals()).expect("a ring has a key that seals")
    }

    /// The key of an id, made for a tenant, unless it is destroyed.
    pub(crate) fn find(&self, id: u32, owner: &Owner) -> Option<Arc<Keyed>> {
        self.0.iter().find(|key| key.id == id)?.made_for(owner)
    }
}

/// Who hands out the key ring, which may change while the process runs.
///
/// A [`KeyRing`] always hands out itself; a closure may look it up wherever a rotation puts it:
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use cachekit::{KeyRing, Runtime};
///
/// # fn main() -> Result<(), cachekit::Error> {
/// let ring = Arc::new(Mutex::new(KeyRing::new([(1, [0x11; 32])])?));
/// let shared = Arc::clone(&ring);
/// let runtime = Runtime::builder()
///     .keys(move || shared.lock().expect("nothing panics here").clone())
///     .index_key([0x33; 32])
///     .build()?;
/// // A rotation: from here on the second key seals, and the first still opens.
/// *ring.lock().expect("nothing panics here") = KeyRing::new([(2, [0x22; 32]), (1, [0x11; 32])])?;
/// # Ok(())
/// # }
/// ```
pub trait Keys: Send + Sync {
    /// The ring as it is now.
    ///
    /// Asked by every call that seals or opens, on its thread: it hands out a copy of a ring that
    /// it has, and reaches nothing. While it panics, the ring that it handed out last serves.
    fn ring(&self) -> KeyRing;
}

impl Keys for KeyRing {
    fn ring(&self) -> KeyRing {
        self.clone()
    }
}

impl<F: Fn() -> KeyRing + Send + Sync> Keys for F {
    fn ring(&self) -> KeyRing {
        self()
    }
}

/// The key that names the entries of protected functions; every node of a namespace has the same.
///
/// It does not rotate with the keys that seal: another index key is another set of entries. Whoever
/// reads the names of entries and does not have it cannot test guesses of their arguments.
#[derive(Debug, Clone)]
pub struct IndexKey(pub(crate) Secret);

impl IndexKey {
    pub(crate) const VARIABLE: &str = "CACHEKIT_INDEX_KEY";

    /// The key that `CACHEKIT_INDEX_KEY` holds: the standard Base64 of 32 bytes.
    ///
    /// # Errors
    ///
    /// Where the variable is absent or does not hold such a key (`is_config`).
    pub fn from_env() -> Result<Self, Error> {
        let text = std::env::var_os(Self::VARIABLE).and_then(|text| text.into_string().ok());
        let secret = text.map(Wiped::new).and_then(|text| Secret::from_base64(text.trim()));
        secret.map(Self).ok_or_else(|| {
            Error::config(format!(
                "{} is not the Base64 of 32 bytes; set it to what `openssl rand -base64 32` prints",
                Self::VARIABLE
            ))
        })
    }
}

impl From<[u8; 32]> for IndexKey {
    fn from(key: [u8; 32]) -> Self {
        Self(Secret::from_bytes(key))
    }
}

/// Shows the ids alone.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyRing").field(&self.ids().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests;

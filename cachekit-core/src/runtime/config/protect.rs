//! The protection of a runtime's entries: keys, index key, and the least protection.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::keyring::{IndexKey, KeyRing, Keys, VARIABLE, Vault};
use crate::policy::Protection;

use super::{RuntimeBuilder, variable};

/// What a runtime protects entries with.
#[derive(Default)]
pub(crate) struct Protect {
    keys: Option<Arc<dyn Keys>>,
    index: Option<IndexKey>,
    floor: Protection,
}

impl RuntimeBuilder {
    /// The keys that entries of functions with `encrypt` or `mac` are sealed under.
    ///
    /// A [`KeyRing`], or whoever hands one out ([`Keys`]) and may change it while the process runs.
    pub fn keys(mut self, keys: impl Keys + 'static) -> Self {
        self.protect.keys = Some(Arc::new(keys));
        self
    }

    /// The key that names those entries. Every node of a namespace has the same, for ever.
    pub fn index_key(mut self, key: impl Into<IndexKey>) -> Self {
        self.protect.index = Some(key.into());
        self
    }

    /// The least protection of every function with L2, whatever its attribute says.
    ///
    /// It raises what is stored in L2 and never lowers it. What this process holds stays as the
    /// attribute says: a typed L1 keeps values, and only `l1 = "encoded"` keeps them as stored.
    pub fn protect(mut self, least: Protection) -> Self {
        self.protect.floor = least;
        self
    }
}

impl Protect {
    pub(super) fn from_env() -> Result<Self, Error> {
        let mut protect = Self::default();
        if variable(VARIABLE)?.is_some() {
            protect.keys = Some(Arc::new(KeyRing::from_env()?));
        }
        if variable(IndexKey::VARIABLE)?.is_some() {
            protect.index = Some(IndexKey::from_env()?);
        }
        Ok(protect)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::config(why));
        match (&self.keys, &self.index) {
            (Some(_), None) => wrong(
                "there are keys and no index key, which names the entries sealed under them; call \
                 index_key(..), or set CACHEKIT_INDEX_KEY",
            ),
            (None, Some(_)) => wrong(
                "there is an index key and no key to seal with; call keys(..), or set CACHEKIT_KEYS",
            ),
            (None, None) if self.floor > Protection::Checksum => wrong(
                "protect(..) asks for keys; call keys(..) and index_key(..), or set CACHEKIT_KEYS \
                 and CACHEKIT_INDEX_KEY",
            ),
            _ => Ok(()),
        }
    }

    /// The vault of these settings, if there are keys.
    pub(crate) fn vault(&self) -> Option<Arc<Vault>> {
        let (keys, index) = (self.keys.as_ref()?, self.index.as_ref()?);
        Some(Arc::new(Vault::new(Arc::clone(keys), index, self.floor)))
    }
}

impl fmt::Debug for Protect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protect").field("floor", &self.floor).finish_non_exhaustive()
    }
}

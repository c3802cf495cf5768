//! The guard of one entry: its place, which every tag binds, and its tenant's keys.

use std::fmt;
use std::sync::Arc;

use crate::keyring::seal::Keyed;
use crate::policy::Protection;

use super::vault::Purpose;
use super::{KeyState, Owner, Vault};

/// What guards one entry.
pub(crate) struct EntryGuard {
    vault: Arc<Vault>,
    pub(super) level: Protection,
    /// What a tag binds beside the envelope: where the entry belongs. None is a prefix of another.
    pub(super) context: Vec<u8>,
    owner: Owner,
}

/// Where an entry belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belongs<'a> {
    pub(crate) namespace: &'a str,
    /// The function's identity.
    pub(crate) function: &'a str,
    pub(crate) tenant: Option<&'a str>,
    /// The entry's whole key in L2.
    pub(crate) key: &'a str,
    /// The name of the value field.
    pub(crate) version: &'a str,
}

impl EntryGuard {
    pub(crate) fn new(vault: &Arc<Vault>, level: Protection, belongs: Belongs<'_>) -> Self {
        let owner = Owner(belongs.tenant.map(Arc::from));
        Self { vault: Arc::clone(vault), level, context: belongs.context(), owner }
    }
}

impl Belongs<'_> {
    /// The place as bytes: five items, each behind its length, so that none can be moved into
    /// another. No tenant is not the empty tenant.
    pub(super) fn context(&self) -> Vec<u8> {
        let Self { namespace, function, tenant, key, version } = *self;
        let texts = [namespace, function, tenant.unwrap_or_default(), key, version];
        let mut out = Vec::with_capacity(1 + texts.iter().map(|t| 8 + t.len()).sum::<usize>());
        out.push(u8::from(tenant.is_some()));
        for text in texts {
            out.extend_from_slice(&(text.len() as u64).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        out
    }
}

impl EntryGuard {
    /// The key that seals.
    pub(super) fn current(&self) -> Arc<Keyed> {
        let key = self.vault.ring().current(&self.owner);
        self.vault.used(key.id(), Purpose::Seal);
        key
    }

    /// The key of an id, for opening.
    pub(super) fn find(&self, id: u32) -> Option<Arc<Keyed>> {
        let key = self.vault.ring().find(id, &self.owner);
        if key.is_none() {
            self.vault.missed(id);
        }
        key
    }

    /// Whether the key of an id was destroyed, so that nobody opens what is under it any more.
    pub(super) fn is_destroyed(&self, id: u32) -> bool {
        self.vault.ring().state(id) == Some(KeyState::Destroyed)
    }

    /// What the key of an id was found for has proven to be sealed or tagged under it.
    pub(super) fn opened(&self, id: u32) {
        self.vault.used(id, Purpose::Open);
    }
}

/// Shows no tenant and no key of an entry.
impl fmt::Debug for EntryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryGuard").field("level", &self.level).finish_non_exhaustive()
    }
}

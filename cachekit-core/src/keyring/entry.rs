//! What guards one entry: its place, which every tag binds, and its tenant's keys.

use std::fmt;
use std::sync::Arc;

use crate::codec::Unfit;
use crate::keyring::cipher::NONCE_BYTES;
use crate::keyring::seal::{Guard, Keyed};
use crate::policy::Protection;
use crate::random;

use super::vault::Purpose;
use super::{KeyState, Owner, Vault};

/// What guards one entry.
pub(crate) struct EntryGuard {
    vault: Arc<Vault>,
    level: Protection,
    context: Vec<u8>,
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

impl Guard for EntryGuard {
    fn level(&self) -> Protection {
        self.level
    }

    fn context(&self) -> &[u8] {
        &self.context
    }

    fn current(&self) -> Arc<Keyed> {
        let key = self.vault.ring().current(&self.owner);
        self.vault.used(key.id(), Purpose::Seal);
        key
    }

    fn find(&self, id: u32) -> Option<Arc<Keyed>> {
        let key = self.vault.ring().find(id, &self.owner);
        if key.is_none() {
            self.vault.missed(id);
        }
        key
    }

    fn is_destroyed(&self, id: u32) -> bool {
        self.vault.ring().state(id) == Some(KeyState::Destroyed)
    }

    fn opened(&self, id: u32) {
        self.vault.used(id, Purpose::Open);
    }

    fn nonce(&self) -> Result<[u8; NONCE_BYTES], Unfit> {
        random::bytes().ok_or(Unfit::Random)
    }
}

/// Shows no tenant and no key of an entry.
impl fmt::Debug for EntryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryGuard").field("level", &self.level).finish_non_exhaustive()
    }
}

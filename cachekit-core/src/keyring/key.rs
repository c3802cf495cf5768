//! One key of a ring: its state, and what is made of it for each tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::error::Error;
use crate::keyring::mac::{KEY_BYTES, derive};
use crate::keyring::seal::Keyed;
use crate::keyring::secret::{Secret, Wiped};
use crate::sync::plain;

/// What a tenant's keys are made for; BLAKE3 asks that a purpose be said nowhere else.
const SEAL: &str = "cachekit 1 seal key";
const MAC: &str = "cachekit 1 mac key";

/// Most tenants whose keys are kept ready under one key of a ring: some hundred kilobytes. With
/// more tenants than this in use at a time, their keys are made anew now and then, in microseconds.
pub(super) const MOST_READY: usize = 1024;

/// What a key of a ring may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyState {
    /// It opens, and the first such key of the ring seals.
    Enabled,
    /// It opens what was sealed under it, and seals nothing.
    ReadOnly,
    /// It is gone, and so is what was sealed under it, where it is met.
    Destroyed,
}

impl KeyState {
    /// Its name in reports.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::ReadOnly => "read_only",
            Self::Destroyed => "destroyed",
        }
    }
}

/// A key of a ring.
pub(super) struct Key {
    pub(super) id: u32,
    /// None of one that is destroyed.
    secret: Option<Secret>,
    reads_only: bool,
    /// Made once a tenant, since it costs more than sealing a small value.
    pub(super) ready: Mutex<HashMap<Owner, Arc<Keyed>>>,
}

/// Whose keys: a tenant's, or nobody's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Owner(pub(crate) Option<Arc<str>>);

impl Key {
    pub(super) fn new(id: u32, secret: Secret) -> Self {
        Self { id, secret: Some(secret), reads_only: false, ready: Mutex::default() }
    }

    pub(super) fn destroyed(id: u32) -> Self {
        Self { id, secret: None, reads_only: true, ready: Mutex::default() }
    }

    /// The same key, of which nothing was made ready.
    pub(super) fn anew(&self) -> Self {
        let (id, secret, reads_only) = (self.id, self.secret.clone(), self.reads_only);
        Self { id, secret, reads_only, ready: Mutex::default() }
    }

    pub(super) fn state(&self) -> KeyState {
        match (&self.secret, self.reads_only) {
            (None, _) => KeyState::Destroyed,
            (Some(_), true) => KeyState::ReadOnly,
            (Some(_), false) => KeyState::Enabled,
        }
    }

    pub(super) fn seals(&self) -> bool {
        self.state() == KeyState::Enabled
    }

    /// # Errors
    ///
    /// If the key was destroyed and is to be another.
    pub(super) fn enter(&mut self, state: KeyState) -> Result<(), Error> {
        match state {
            KeyState::Destroyed => *self = Self::destroyed(self.id),
            _ if self.secret.is_none() => {
                let id = self.id;
                return Err(Error::config(format!("key {id} was destroyed, and stays so")));
            }
            state => self.reads_only = state == KeyState::ReadOnly,
        }
        Ok(())
    }

    /// The key made for a tenant; `None` if it is destroyed.
    pub(super) fn made_for(&self, owner: &Owner) -> Option<Arc<Keyed>> {
        let secret = self.secret.as_ref()?;
        if let Some(ready) = plain(&self.ready).get(owner) {
            return Some(Arc::clone(ready));
        }
        let of = match &owner.0 {
            None => vec![0],
            Some(tenant) => [&[1], tenant.as_bytes()].concat(),
        };
        let subkey =
            |purpose| Wiped::<[u8; KEY_BYTES]>::new(derive(purpose, secret.as_bytes(), &of));
        let made = Arc::new(Keyed::new(self.id, &subkey(SEAL), subkey(MAC)));
        let mut ready = plain(&self.ready);
        if ready.len() >= MOST_READY {
            ready.clear();
        }
        ready.insert(owner.clone(), Arc::clone(&made));
        Some(made)
    }
}

//! Vault: what a runtime protects its functions' entries with, and how often each key served.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use crate::key::digest::Digest;
use crate::keyring::mac::derive;
use crate::keyring::secret::Secret;
use crate::policy::Protection;
use crate::sync::plain;
use crate::time::clock::{Clock, Tick};

use super::{IndexKey, KeyRing, KeyState, KeyUse, Keys};

/// What the marker of an index key is made for.
const MARKER: &str = "cachekit 1 index marker";

/// What a runtime protects entries with.
pub(crate) struct Vault {
    keys: Arc<dyn Keys>,
    /// What was handed out last.
    last: Mutex<KeyRing>,
    index: Secret,
    floor: Protection,
    uses: Mutex<BTreeMap<u32, Uses>>,
    missed: Mutex<BTreeMap<u32, Uses>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    sealed: u64,
    opened: u64,
    last: Option<Tick>,
}

/// What a key was used for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Seal,
    Open,
}

impl Vault {
    pub(crate) fn new(keys: Arc<dyn Keys>, index: &IndexKey, floor: Protection) -> Self {
        let last = Mutex::new(keys.ring());
        Self {
            keys,
            last,
            index: index.0.clone(),
            floor,
            uses: Mutex::default(),
            missed: Mutex::default(),
        }
    }

    /// The least protection of every function with L2.
    pub(crate) fn floor(&self) -> Protection {
        self.floor
    }

    /// A key's digest as it names an entry of a protected function.
    pub(crate) fn name(&self, digest: &Digest) -> Digest {
        digest.under(self.index.as_bytes())
    }

    /// The index key.
    pub(crate) fn index(&self) -> Secret {
        self.index.clone()
    }

    /// What tells one index key from another, and nothing of either.
    pub(crate) fn marker(&self) -> [u8; 32] {
        derive(MARKER, self.index.as_bytes(), &[])
    }

    /// The ring as it is now. The provider is a user's own; while it panics, the last one serves.
    pub(super) fn ring(&self) -> KeyRing {
        match catch_unwind(AssertUnwindSafe(|| self.keys.ring())) {
            Ok(ring) => {
                let mut last = plain(&self.last);
                if !last.is(&ring) {
                    *last = ring.clone();
                }
                drop(last);
                ring
            }
            Err(_panic) => plain(&self.last).clone(),
        }
    }

    /// A key of the ring has sealed, or has opened what was sealed under it.
    pub(super) fn used(&self, id: u32, purpose: Purpose) {
        count(&mut plain(&self.uses), MOST_USED, id, |uses| match purpose {
            Purpose::Seal => uses.sealed += 1,
            Purpose::Open => uses.opened += 1,
        });
    }

    /// A key was asked for that the ring does not hold. Its id comes from the store, where anybody
    /// may write any: it is counted apart from the keys that served.
    pub(super) fn missed(&self, id: u32) {
        count(&mut plain(&self.missed), MOST_MISSED, id, |uses| uses.opened += 1);
    }

    /// How often each key served, in the order of their ids.
    pub(crate) fn report(&self) -> Vec<KeyUse> {
        let (ring, now) = (self.ring(), Clock::System.tick());
        let mut uses = plain(&self.uses).clone();
        for id in ring.ids() {
            uses.entry(id).or_default();
        }
        // One that came into the ring since has served, or will.
        for (id, missed) in &*plain(&self.missed) {
            uses.entry(*id).or_insert(*missed);
        }
        let current = ring.current_id();
        let of = |(id, uses): (u32, Uses)| KeyUse {
            id,
            current: current == id,
            state: ring.state(id),
            held: ring.state(id).is_some_and(|state| state != KeyState::Destroyed),
            sealed: uses.sealed,
            opened: uses.opened,
            idle: uses.last.map(|last| now.since(last)),
        };
        uses.into_iter().map(of).collect()
    }
}

/// Most keys whose use is counted: more than any ring has.
const MOST_USED: usize = 256;

/// Most keys that are not held and are counted: a rotation that was cut short misses one, and no
/// memory is for whoever makes up ids.
const MOST_MISSED: usize = 16;

/// Counts a use; of too many ids, that which was used longest ago is forgotten.
fn count(uses: &mut BTreeMap<u32, Uses>, most: usize, id: u32, add: impl FnOnce(&mut Uses)) {
    if uses.len() >= most && !uses.contains_key(&id) {
        let oldest = uses.iter().min_by_key(|(_, uses)| uses.last).map(|(id, _)| *id);
        oldest.and_then(|id| uses.remove(&id));
    }
    let entry = uses.entry(id).or_default();
    add(entry);
    // The coarse clock: the fine one takes as long as the rest of this.
    entry.last = Some(Clock::System.tick());
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("floor", &self.floor).finish_non_exhaustive()
    }
}

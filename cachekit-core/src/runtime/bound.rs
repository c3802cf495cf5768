//! Bound: what one function can reach of L2, and the names that it has there.

use std::sync::Arc;

#[cfg(feature = "encrypt")]
use crate::codec::{Guard, envelope::GUARDED_BYTES};
use crate::error::{At, Error, Kind, Operation, Reason};
use crate::key::digest::Digest;
#[cfg(feature = "encrypt")]
use crate::keyring::{Belongs, EntryGuard, Vault};
use crate::l2::Fault;
#[cfg(feature = "encrypt")]
use crate::l2::Place;
use crate::l2::access::{Access, Reach, Remote};
use crate::l2::gate::{Gate, Visit};
use crate::l2::keys::Names;
use crate::l2::outage::Outage;
use crate::observe::event::{Event, EventKind, NO_BACKEND};
#[cfg(feature = "encrypt")]
use crate::policy::Protection;
use crate::runtime::registered::Spec;

use super::Runtime;

/// Why a function whose mode needs an L2 cannot work where nobody says that there is none.
const MISSING: &str = "its mode keeps values in an L2, and this process has none: before the \
    first call, either install one with `Runtime::builder().namespace(..).redis(..).install()` \
    (`disk(..)` for a directory), or set CACHEKIT_NAMESPACE and one of CACHEKIT_REDIS_URL and \
    CACHEKIT_DISK_DIR; if there is none on purpose, say so with \
    `Runtime::builder().without_l2().install()`, or with CACHEKIT_L2=none where nothing is \
    installed: degraded functions are then local";

/// Why a strict function cannot work where there is none on purpose.
const WAIVED: &str = "its mode needs an L2, and this process has none on purpose: it was said with \
    `.without_l2()` or CACHEKIT_L2=none";

/// What one function can reach of L2.
pub(crate) struct Bound {
    /// `None` where there is none on purpose, and the function does without.
    tier: Result<Option<Arc<Gate>>, Error>,
    function: &'static str,
    names: Arc<Names>,
    max_bytes: usize,
    /// What protects entries that need more than a checksum.
    #[cfg(feature = "encrypt")]
    shield: Option<Shield>,
    /// Keeps the tier's thread running for as long as the function may use it.
    runtime: Runtime,
}

/// What protects a function's entries.
#[cfg(feature = "encrypt")]
struct Shield {
    vault: Arc<Vault>,
    level: Protection,
}

impl Bound {
    /// What a function can reach that was `admitted` to the runtime's registry, or why it was not.
    pub(super) fn new(runtime: &Runtime, spec: &Spec, admitted: Result<(), Error>) -> Self {
        let inner = &runtime.0;
        let tier = match (&inner.gate, &inner.problem) {
            (_, Some(problem)) => Err(problem.clone()),
            (Some(gate), None) => admitted.map(|()| Some(Arc::clone(gate))),
            (None, None) if !inner.waived => Err(Error::config(MISSING)),
            (None, None) if spec.policy.falls_back() => admitted.map(|()| None),
            (None, None) => Err(Error::config(WAIVED)),
        };
        #[cfg(feature = "encrypt")]
        let (tier, shield) = match Shield::of(inner, spec) {
            Ok(shield) => (tier, shield),
            Err(why) => (tier.and(Err(why)), None),
        };
        if let Ok(Some(gate)) = &tier {
            gate.serves(spec.policy.mode);
        }
        let stated = spec.namespace.map(Arc::from);
        let namespace = stated.unwrap_or_else(|| Arc::clone(&inner.namespace));
        let names = Names::new(namespace, spec.identity);
        #[cfg(feature = "encrypt")]
        let names = match &shield {
            Some(shield) => names.under(shield.vault.index()),
            None => names,
        };
        Self {
            tier,
            function: spec.identity,
            names: Arc::new(names),
            max_bytes: inner.max_value_bytes,
            #[cfg(feature = "encrypt")]
            shield,
            runtime: runtime.clone(),
        }
    }

    /// Whether the function can work.
    pub(super) fn check(&self, spec: &Spec) -> Result<(), Error> {
        match &self.tier {
            Ok(_) => Ok(()),
            Err(why) => {
                let reason = Reason(why.reason());
                Err(Error::because(Kind::Config, Operation::Install, spec.at(None), reason))
            }
        }
    }

    /// Tells once that a function will do without its L2 for good.
    pub(crate) fn announce(&self, spec: &Spec) {
        if let Err(why) = &self.tier {
            let event =
                Event::new(EventKind::ConfigInvalid, NO_BACKEND, self.runtime.0.clock.wall())
                    .of_mode(Some(spec.policy.mode.to_string()))
                    .saying(format!("`{}`: {}", spec.identity, why.reason()));
            self.runtime.0.sink.raise(&event);
        }
    }

    /// What a call can reach for one key.
    pub(crate) fn reach(&self, digest: &Digest, version: &str, tenant: Option<&str>) -> Access {
        let digest = self.name(digest);
        let gate = match self.enter() {
            Err(why) => {
                return Access { reach: Reach::Broken(why), digest: Some(digest), guard: None };
            }
            Ok(gate) => gate,
        };
        let place = self.names.place(&digest, version, tenant);
        #[cfg(feature = "encrypt")]
        let (place, guard) = self.guarded(place, tenant);
        #[cfg(not(feature = "encrypt"))]
        let guard = None;
        let Some(gate) = gate else {
            return Access { reach: Reach::Local, digest: Some(digest), guard };
        };
        let (budget, place, max_bytes) = (gate.budget(), Arc::new(place), self.max_bytes);
        let remote = Remote { gate, place, max_bytes, budget };
        Access { reach: Reach::Remote(remote), digest: Some(digest), guard }
    }

    #[cfg(feature = "encrypt")]
    fn guarded(&self, place: Place, tenant: Option<&str>) -> (Place, Option<Arc<dyn Guard>>) {
        let Some(Shield { vault, level }) = &self.shield else { return (place, None) };
        let belongs = Belongs {
            namespace: self.names.namespace(),
            function: self.function,
            tenant,
            key: &place.entry,
            version: &place.version,
        };
        let guard = EntryGuard::new(vault, *level, belongs);
        (place.within(self.max_bytes.saturating_add(GUARDED_BYTES)), Some(Arc::new(guard)))
    }

    /// The digest that names the entry.
    #[cfg_attr(
        not(feature = "encrypt"),
        expect(clippy::unused_self, reason = "with the feature the index key names it")
    )]
    fn name(&self, digest: &Digest) -> Digest {
        #[cfg(feature = "encrypt")]
        if let Some(shield) = &self.shield {
            return shield.vault.name(digest);
        }
        *digest
    }

    /// The key of an entry in L2.
    pub(crate) fn key(&self, digest: &Digest) -> String {
        self.names.entry(&self.name(digest))
    }

    /// The way to the tier, for one call or change; `None` where there is none on purpose.
    ///
    /// # Errors
    ///
    /// Where there is no tier to be had, or the runtime was shut down.
    pub(crate) fn enter(&self) -> Result<Option<Visit>, Error> {
        let ended =
            |fault: Fault| Error::because(fault.meaning(), Operation::Get, At::default(), fault);
        match self.tier.as_ref().map_err(Clone::clone)? {
            Some(gate) => gate.enter(self.function).map(Some).map_err(ended),
            None => Ok(None),
        }
    }

    pub(crate) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    pub(crate) fn backend(&self) -> Option<&'static str> {
        Some(self.tier.as_ref().ok()?.as_ref()?.backend().name())
    }

    pub(crate) fn outage(&self) -> Option<Outage> {
        self.tier.as_ref().map_or(Some(Outage::FOR_EVER), |gate| gate.as_ref()?.outage_outside())
    }
}

#[cfg(feature = "encrypt")]
impl Shield {
    /// What protects the function's entries, if more than a checksum does.
    fn of(inner: &super::Inner, spec: &Spec) -> Result<Option<Self>, Error> {
        let floor = inner.vault.as_ref().map_or(Protection::Checksum, |vault| vault.floor());
        let level = spec.policy.protection.max(floor);
        if level == Protection::Checksum {
            return Ok(None);
        }
        match &inner.vault {
            Some(vault) => Ok(Some(Self { vault: Arc::clone(vault), level })),
            None => Err(Error::config(
                "its entries are protected, and there are no keys; call \
                 Runtime::builder().keys(..).index_key(..), or set CACHEKIT_KEYS and \
                 CACHEKIT_INDEX_KEY",
            )),
        }
    }
}

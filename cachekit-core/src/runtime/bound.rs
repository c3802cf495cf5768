//! Bound: what one function can reach of L2, and the names that it has there.

use std::sync::Arc;

use crate::call::Reach;
use crate::clock::Clock;
use crate::digest::Digest;
use crate::entry::Outage;
use crate::error::{Error, Kind, Operation, Reason};
use crate::event::{Event, EventKind};
use crate::l2::gate::Gate;
use crate::names::Names;
use crate::site::Site;
use crate::tiers::Remote;

use super::Runtime;

/// What one function can reach of L2.
pub(crate) struct Bound {
    tier: Result<Arc<Gate>, Error>,
    names: Names,
    clock: Clock,
    max_bytes: usize,
    /// Keeps the tier's thread running for as long as the function may use it.
    runtime: Runtime,
}

impl Bound {
    pub(super) fn new(runtime: &Runtime, site: &'static Site) -> Self {
        let inner = &runtime.0;
        let tier = match (&inner.gate, &inner.problem) {
            (_, Some(problem)) => Err(problem.clone()),
            (Some(gate), None) => inner.registry.admit(site).map(|()| Arc::clone(gate)),
            (None, None) => Err(Error::config(
                "no L2 is configured; call Runtime::builder().redis(..).install() before the \
                 first call, or set CACHEKIT_REDIS_URL",
            )),
        };
        if let Ok(gate) = &tier {
            gate.serves(site.policy().mode);
        }
        let stated = site.spec().namespace.map(Arc::from);
        let namespace = stated.unwrap_or_else(|| Arc::clone(&inner.namespace));
        Self {
            tier,
            names: Names::new(namespace, site.spec().identity),
            clock: inner.clock.clone(),
            max_bytes: inner.max_value_bytes,
            runtime: runtime.clone(),
        }
    }

    /// Whether the function can work.
    pub(super) fn check(&self, site: &Site) -> Result<(), Error> {
        match &self.tier {
            Ok(_) => Ok(()),
            Err(why) => {
                let reason = Reason(why.reason());
                Err(Error::because(Kind::Config, Operation::Install, site.at(None), reason))
            }
        }
    }

    /// Tells once that a function will do without its L2 for good.
    pub(crate) fn announce(&self, site: &Site) {
        if let Err(why) = &self.tier {
            let event = Event::new(EventKind::ConfigInvalid, "none", self.clock.wall())
                .of_mode(Some(site.policy().mode.to_string()))
                .saying(format!("`{}`: {}", site.spec().identity, why.reason()));
            self.runtime.0.sink.raise(&event);
        }
    }

    /// What a call can reach for one key.
    pub(crate) fn reach(&self, digest: &Digest, version: &str, tenant: Option<&str>) -> Reach {
        match &self.tier {
            Err(why) => Reach::Broken(why.clone()),
            Ok(gate) => {
                let place = Arc::new(self.names.place(digest, version, tenant));
                Reach::Remote(Remote { gate: Arc::clone(gate), place, max_bytes: self.max_bytes })
            }
        }
    }

    /// The way to the tier.
    pub(crate) fn gate(&self) -> Result<&Arc<Gate>, &Error> {
        self.tier.as_ref()
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn backend(&self) -> Option<&'static str> {
        self.tier.as_ref().ok().map(|gate| gate.backend().name())
    }

    pub(crate) fn outage(&self) -> Option<Outage> {
        self.tier.as_ref().map_or(Some(Outage::FOR_EVER), |gate| gate.outage())
    }
}

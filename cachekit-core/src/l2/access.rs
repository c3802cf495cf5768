//! The reach of one call into L2: nothing, the tier, or the reason why there is none.

use std::sync::Arc;

use crate::codec::Guard;
use crate::error::Error;
use crate::key::digest::Digest;
use crate::l2::Place;
use crate::l2::gate::{Budget, Visit};
use crate::l2::outage::Outage;

/// What a call can reach of L2.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// The function has none, or there is none on purpose.
    Local,
    /// The tier, through its gate.
    Remote(Remote),
    /// The function asks for one and none can be had; this is why.
    Broken(Error),
}

/// What a function found for one key.
pub(crate) struct Access {
    pub(crate) reach: Reach,
    /// The digest that names the entry: another than that of the arguments, where they are not to
    /// be guessed from it.
    pub(crate) digest: Option<Digest>,
    pub(crate) guard: Option<Arc<dyn Guard>>,
}

impl Reach {
    /// Whether there is no tier, and none is missed.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Self::Local)
    }

    /// The way to the tier, if the function has one.
    pub(crate) fn gate(&self) -> Result<Option<&Visit>, &Error> {
        match self {
            Self::Local => Ok(None),
            Self::Remote(remote) => Ok(Some(&remote.gate)),
            Self::Broken(why) => Err(why),
        }
    }

    /// The outage that lasts, if one does. What cannot be reached at all is away for ever.
    pub(crate) fn outage(&self) -> Option<Outage> {
        match self {
            Self::Local => None,
            Self::Remote(remote) => remote.gate.outage(),
            Self::Broken(_) => Some(Outage::FOR_EVER),
        }
    }
}

/// The shared tier, as one call sees it.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    pub(crate) gate: Visit,
    pub(crate) place: Arc<Place>,
    pub(crate) max_bytes: usize,
    /// What the call may still spend on it.
    pub(crate) budget: Budget,
}

//! The way to L2, where the build has one.

use std::sync::Arc;

use crate::error::Error;
use crate::function::site::Site;
use crate::function::store::Store;
use crate::key::digest::Digest;
use crate::l2::access::{Access, Reach};
use crate::l2::gate::Gate;
use crate::l2::keys::Names;
use crate::value::returns::Shape;

/// What a call of the function can reach, and under which name.
pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    site: &'static Site,
    store: &Store<O, S, G>,
    digest: Option<Digest>,
    tenant: Option<&str>,
) -> Access {
    let (true, Some(asked), Some(wire)) = (site.spec().is_remote(), digest, &store.tiers.wire)
    else {
        return Access { reach: Reach::Local, digest, guard: None };
    };
    match site.ambiguous::<G>() {
        Some(why) => Access { reach: Reach::Broken(why), digest, guard: None },
        None => site.bound().reach(&asked, wire.version(), tenant),
    }
}

/// The gate of the function's tier, if it has one.
pub(crate) fn gate(site: &'static Site) -> Result<Option<Arc<Gate>>, Error> {
    if !site.spec().is_remote() {
        return Ok(None);
    }
    site.bound().gate().map(|gate| Some(Arc::clone(gate))).map_err(Clone::clone)
}

/// The function's names in L2, if it has one.
pub(crate) fn names(site: &'static Site) -> Option<Arc<Names>> {
    site.spec().is_remote().then(|| Arc::clone(site.bound().names()))
}

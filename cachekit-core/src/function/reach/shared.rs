//! The way to L2, where the build has one.

use std::sync::Arc;

use crate::call::instance::Instance;
use crate::error::Error;
use crate::function::site::Site;
use crate::key::digest::Digest;
use crate::l2::access::{Access, Reach};
use crate::l2::gate::Visit;
use crate::l2::keys::Names;

/// What a call of the function can reach, and under which name; `generics` names its instantiation.
pub(crate) fn reach<O, V>(
    site: &'static Site,
    tiers: &Instance<O, V>,
    generics: &str,
    digest: Option<Digest>,
    tenant: Option<&str>,
) -> Access {
    let (true, Some(asked), Some(wire)) = (site.spec().is_remote(), digest, &tiers.wire) else {
        return Access { reach: Reach::Local, digest, guard: None };
    };
    match site.ambiguous(generics) {
        Some(why) => Access { reach: Reach::Broken(why), digest, guard: None },
        None => site.bound().reach(&asked, wire.version(), tenant),
    }
}

/// The way through the gate of the function's tier, if it has one.
pub(crate) fn gate(site: &'static Site) -> Result<Option<Visit>, Error> {
    if !site.spec().is_remote() {
        return Ok(None);
    }
    site.bound().enter()
}

/// The function's names in L2, if it has one.
pub(crate) fn names(site: &'static Site) -> Option<Arc<Names>> {
    site.spec().is_remote().then(|| Arc::clone(site.bound().names()))
}

/// The key of an entry in L2, if the function has one.
pub(crate) fn key(site: &'static Site, digest: Digest) -> Option<String> {
    site.register();
    site.spec().is_remote().then(|| site.bound().key(&digest))
}

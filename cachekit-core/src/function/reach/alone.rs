//! The same where the build has no L2: every function is by itself.

use std::sync::Arc;

use crate::call::instance::Instance;
use crate::error::Error;
use crate::function::site::Site;
use crate::key::digest::Digest;
use crate::l2::access::{Access, Reach};
use crate::l2::gate::Visit;
use crate::l2::keys::Names;

pub(crate) fn reach<O, V>(
    _: &'static Site,
    _: &Instance<O, V>,
    _: &str,
    digest: Option<Digest>,
    _: Option<&str>,
) -> Access {
    Access { reach: Reach::Local, digest, guard: None }
}

#[expect(clippy::unnecessary_wraps, reason = "a build with L2 may fail to find its gate")]
pub(crate) fn gate(_: &'static Site) -> Result<Option<Visit>, Error> {
    Ok(None)
}

pub(crate) fn names(_: &'static Site) -> Option<Arc<Names>> {
    None
}

pub(crate) fn key(_: &'static Site, _: Digest) -> Option<String> {
    None
}

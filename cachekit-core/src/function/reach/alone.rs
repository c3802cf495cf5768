//! The same where the build has no L2: every function is by itself.

use std::sync::Arc;

use crate::error::Error;
use crate::function::site::Site;
use crate::function::store::Store;
use crate::key::digest::Digest;
use crate::l2::access::{Access, Reach};
use crate::l2::gate::Gate;
use crate::l2::keys::Names;
use crate::value::returns::Shape;

pub(crate) fn reach<O, S: Shape, G: ?Sized>(
    _: &'static Site,
    _: &Store<O, S, G>,
    digest: Option<Digest>,
    _: Option<&str>,
) -> Access {
    Access { reach: Reach::Local, digest, guard: None }
}

#[expect(clippy::unnecessary_wraps, reason = "a build with L2 may fail to find its gate")]
pub(crate) fn gate(_: &'static Site) -> Result<Option<Arc<Gate>>, Error> {
    Ok(None)
}

pub(crate) fn names(_: &'static Site) -> Option<Arc<Names>> {
    None
}

//! Peek: looks for a key's value everywhere, runs nothing, counts nothing, warms nothing.

use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::call::read;
use crate::error::{Error, Operation};
use crate::key::OwnedKey;
use crate::l1::table::Look;
use crate::l2::access::Reach;
use crate::policy::switch;

/// The value that a call would be served, if it is there.
///
/// An L2 that cannot be asked is an error in every mode: there is no answer to mark.
pub(crate) async fn peek<O: Eq + Clone, V: Clone>(
    tiers: &Instance<O, V>,
    scope: &Context,
    reach: &Reach,
    key: &OwnedKey<O>,
) -> Result<Option<V>, Error> {
    let (now, sealer) = (tiers.clock.tick(), tiers.sealer(scope));
    let fallback = tiers.fallback.of(reach.outage());
    let held = std::iter::once(&tiers.own)
        .chain(fallback)
        .find_map(|own| own.find(key, now, Look::Peek, &sealer));
    if let Some(held) = held {
        return Ok(Some(held.value));
    }
    let mut remote = match reach {
        Reach::Remote(_) if switch::is_off() => return Ok(None),
        Reach::Local => return Ok(None),
        Reach::Remote(remote) => remote.clone(),
        Reach::Broken(error) => return Err(scope.broken(Operation::Get, error)),
    };
    match read::fetch(tiers, &mut remote, scope).await {
        Ok(found) => Ok(found.map(|found| found.live.value)),
        Err(unread) => Err(unread.refuse(scope, Operation::Get)),
    }
}

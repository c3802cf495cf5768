//! Peek: looks for a key's value everywhere, runs nothing, counts nothing, warms nothing.

use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::call::read;
use crate::error::{Error, Operation};
use crate::key::{KeyPart, Lookup};
use crate::l1::table::Look;
use crate::l2::access::Reach;

/// The value that a call would be served, if it is there.
///
/// An L2 that cannot be asked is an error in every mode: there is no answer to mark.
pub(crate) async fn peek<O, K, V>(
    tiers: &Instance<O, V>,
    scope: &Context<'_>,
    reach: &Reach,
    key: &Lookup<'_, K>,
) -> Result<Option<V>, Error>
where
    O: Eq + Clone,
    K: KeyPart<Owned = O>,
    V: Clone,
{
    let (now, sealer) = (tiers.clock.tick(), tiers.sealer(scope));
    let fallback = tiers.fallback.of(reach.outage());
    let held = std::iter::once(&tiers.own)
        .chain(fallback)
        .find_map(|own| own.find(key, now, Look::Peek, &sealer));
    if let Some(held) = held {
        return Ok(Some(held.value));
    }
    let mut remote = match reach {
        Reach::Local => return Ok(None),
        Reach::Remote(remote) => remote.clone(),
        Reach::Broken(error) => return Err(scope.broken(Operation::Get, error)),
    };
    match read::fetch(tiers, &mut remote, scope).await {
        Ok(found) => Ok(found.map(|found| found.live.value)),
        Err(unread) => Err(unread.refuse(scope, Operation::Get)),
    }
}

//! Peek: looks for a key's value everywhere, runs nothing, counts nothing, warms nothing.

use crate::call::Reach;
use crate::codec::Expected;
use crate::error::{Error, Kind, Operation, Reason};
use crate::key::{KeyPart, Lookup};
use crate::policy::L1Use;
use crate::read;
use crate::tiers::{Scope, Tiers};

/// The value that a call would be served, if it is there.
///
/// An L2 that cannot be asked is an error in every mode: there is no answer to mark.
pub(crate) async fn peek<O, K, V>(
    tiers: &Tiers<O, V>,
    scope: &Scope<'_>,
    reach: &Reach,
    key: &Lookup<'_, K>,
) -> Result<Option<V>, Error>
where
    O: Eq + Clone,
    K: KeyPart<Owned = O>,
    V: Clone,
{
    if let Some(value) = own(tiers, scope, reach, key) {
        return Ok(Some(value));
    }
    let remote = match reach {
        Reach::Local => return Ok(None),
        Reach::Remote(remote) => remote,
        Reach::Broken(error) => {
            let reason = Reason(error.reason());
            return Err(scope.refuse_because(Kind::Config, Operation::Get, reason));
        }
    };
    let wire = tiers.wire.as_deref().expect("a function with L2 has a wire format");
    let mut budget = remote.gate.budget();
    match read::fetch(wire, remote, &mut budget, scope, &tiers.counts).await {
        Ok(found) => Ok(found.map(|found| found.live.value)),
        Err(fault) => Err(scope.fault(Operation::Get, fault)),
    }
}

/// This process's own entry, if it may be served.
fn own<O, K, V>(
    tiers: &Tiers<O, V>,
    scope: &Scope<'_>,
    reach: &Reach,
    key: &Lookup<'_, K>,
) -> Option<V>
where
    O: Eq + Clone,
    K: KeyPart<Owned = O>,
    V: Clone,
{
    let (now, outage) = (scope.clock.tick(), reach.outage());
    match (scope.policy.l1, &tiers.sealed) {
        (L1Use::Off, _) => None,
        (L1Use::Encoded, Some(sealed)) => {
            let entry = sealed.peek(key).filter(|entry| entry.span.lives_in(now, outage))?;
            let wire = tiers.wire.as_deref()?;
            let expected = Expected::of_own(scope.digest());
            let live = read::open(wire, &entry.value, &expected, scope, &tiers.counts);
            if live.is_none() {
                drop(sealed.take(key, entry.serial));
            }
            live.map(|live| live.value)
        }
        _ => {
            let entry = tiers.l1.peek(key).filter(|entry| entry.span.lives_in(now, outage))?;
            Some(entry.value)
        }
    }
}

//! Reads stored bytes for every reader; what is no value goes one way: counted, removed if poison, a miss.

use std::sync::atomic::Ordering;

use crate::codec::{Decoded, Expected, Live, Remedy, Undecodable, Wire};
use crate::event::EventKind;
use crate::l2::gate::Budget;
use crate::l2::{Fault, Read, Rejected, Seen};
use crate::scope::Scope;
use crate::shape::Sign;
use crate::stats::Counts;
use crate::tiers::{Remote, Tiers};

/// A value read from L2, with the bytes that it was.
#[derive(Debug)]
pub(crate) struct Found<V> {
    pub(crate) live: Live<V>,
    pub(crate) bytes: Vec<u8>,
}

/// Reads a value from L2; what is there and is no value is rejected and a miss.
///
/// # Panics
///
/// In a function without L2; it has nothing to read.
pub(crate) async fn fetch<O, V>(
    tiers: &Tiers<O, V>,
    remote: &Remote,
    budget: &mut Budget,
    scope: &Scope<'_>,
) -> Result<Option<Found<V>>, Fault> {
    let wire = tiers.wire.as_deref().expect("a function with L2 has a wire format");
    let counts = &tiers.counts;
    let place = &*remote.place;
    let read = remote.gate.run(place, budget, "read", |backend| backend.read(place)).await?;
    let (why, bytes) = match read {
        Read::Absent => return Ok(None),
        Read::WrongType => (Undecodable::NotAnEntry, None),
        Read::Bytes(bytes) => {
            #[cfg(feature = "metrics")]
            crate::record::moved("get", bytes.len());
            let expected = Expected {
                digest: scope.digest(),
                now: Some(remote.gate.backend().time().latest),
                positive: scope.policy.ttl,
                negative: scope.policy.life(Sign::Negative),
                max_bytes: remote.max_bytes,
            };
            match wire.decode(&bytes, &expected) {
                Ok(Decoded::Live(mut live)) => {
                    let serves = tiers.measure.bounds(scope.policy, &mut live);
                    return Ok(serves.then_some(Found { live, bytes }));
                }
                Ok(Decoded::Expired) => return Ok(None),
                Err(why) => (why, Some(bytes)),
            }
        }
    };
    if judge(why, "l2", scope, counts) == Remedy::Remove {
        let seen = bytes.as_deref().map_or(Seen::WrongType, Seen::Bytes);
        let removal =
            remote.gate.run(place, budget, "reject", |backend| backend.reject(place, seen)).await;
        removed(removal, remote, scope, counts);
    }
    Ok(None)
}

/// Opens an encoded L1 entry; `None` if it is no value any more, which the caller removes.
pub(crate) fn open<V>(
    wire: &dyn Wire<V>,
    bytes: &[u8],
    expected: &Expected<'_>,
    scope: &Scope<'_>,
    counts: &Counts,
) -> Option<Live<V>> {
    match wire.decode(bytes, expected) {
        Ok(Decoded::Live(live)) => Some(live),
        Ok(Decoded::Expired) => None,
        Err(why) => {
            // The entry is this process's own, so it goes whatever the remedy is for others' bytes.
            judge(why, "l1", scope, counts);
            counts.outcomes.add("removed");
            None
        }
    }
}

/// Counts what is no value, once, and says what becomes of it.
fn judge(why: Undecodable, tier: &'static str, scope: &Scope<'_>, counts: &Counts) -> Remedy {
    counts.rejected.add((tier, why.reason()));
    let remedy = why.remedy();
    if remedy == Remedy::Leave && tier == "l2" {
        counts.outcomes.add("foreign");
    }
    #[cfg(feature = "tracing")]
    crate::trace::rejected(scope.at.function.unwrap_or_default(), tier, &why.to_string());
    #[cfg(not(feature = "tracing"))]
    let _ = scope;
    remedy
}

/// Counts what came of a removal; one that failed leaves a miss all the same, and is told once.
fn removed(removal: Result<Rejected, Fault>, remote: &Remote, scope: &Scope<'_>, counts: &Counts) {
    match removal {
        Ok(Rejected::Removed) => counts.outcomes.add("removed"),
        Ok(Rejected::Changed) => counts.outcomes.add("changed"),
        Err(fault) => {
            counts.outcomes.add("error");
            if !counts.reject_fails.swap(true, Ordering::Relaxed) {
                let event = remote.gate.event(EventKind::RejectFailed);
                let detail = format!(
                    "an undecodable entry of `{}` could not be removed: {fault}",
                    scope.at.function.unwrap_or_default()
                );
                remote
                    .gate
                    .sink()
                    .raise(&event.of_tenant(scope.at.tenant.as_deref()).saying(detail));
            }
            return;
        }
    }
    counts.reject_fails.store(false, Ordering::Relaxed);
}

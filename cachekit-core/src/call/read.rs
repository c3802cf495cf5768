//! Reads stored bytes for every reader; what is no value goes one way: counted, removed if poison, a miss.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::codec::{Decoded, Expected, Live, MOST_OVERHEAD, Remedy, Undecodable};
use crate::error::{Error, Kind, Operation};
use crate::l1::open::judge;
use crate::l2::access::Remote;
use crate::l2::gate::{Budget, Gate};
use crate::l2::{Fault, Place, Read, Rejected, Seen};
use crate::observe::event::EventKind;
use crate::observe::stats::Counts;
use crate::policy::{OnTamper, Sign};
use crate::time::clock::{self, Clock, HOST_GRACE};

/// A value read from L2, with the bytes that it was.
#[derive(Debug)]
pub(crate) struct Fetched<V> {
    pub(crate) live: Live<V>,
    pub(crate) bytes: Vec<u8>,
}

/// Why a read says neither that something is there nor that nothing is.
#[derive(Debug)]
pub(crate) enum Unread {
    /// L2 did not serve it.
    Fault(Fault),
    /// Somebody else made what is there, and the function wants to hear of it.
    Tampered,
}

impl Unread {
    /// The error of an operation that it ends.
    ///
    /// The text is the same whatever failed inside the authentication: it is no oracle.
    pub(crate) fn refuse(self, scope: &Context, operation: Operation) -> Error {
        match self {
            Self::Fault(fault) => scope.fault(operation, fault),
            Self::Tampered => scope.refuse(Kind::Tampered, operation),
        }
    }
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// How often a function's tampered entries are told of at most: whoever can write to the store
/// must not be able to flood whoever is paged.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// Reads a value from L2; what is there and is no value is rejected and a miss.
///
/// # Panics
///
/// In a function without L2; it has nothing to read.
pub(crate) async fn fetch<O, V>(
    tiers: &Instance<O, V>,
    remote: &mut Remote,
    scope: &Context,
) -> Result<Option<Fetched<V>>, Unread> {
    let wire = tiers.wire.as_deref().expect("a function with L2 has a wire format");
    let counts = &tiers.counts;
    let Remote { gate, place, max_bytes, budget } = remote;
    let (place, max_bytes) = (&**place, *max_bytes);
    let read = gate.run(place, budget, "read", |backend, _| backend.read(place)).await?;
    let (why, seen) = match read {
        Read::Absent => return Ok(None),
        Read::WrongType => (Undecodable::NotAnEntry, Some(Seen::WrongType)),
        Read::TooLarge => (Undecodable::TooLarge, None),
        Read::Bytes(ref bytes) => {
            #[cfg(feature = "metrics")]
            crate::observe::recorder::moved("get", bytes.len());
            let expected = Expected {
                digest: scope.digest(),
                now: Some(now(gate, &tiers.clock, scope.guard().is_some())),
                positive: scope.policy.ttl,
                negative: scope.policy.life(Sign::Negative),
                max_bytes,
                guard: scope.guard(),
            };
            match wire.decode(bytes, &expected) {
                Ok(Decoded::Live(mut live)) => {
                    let serves = tiers.measure.bounds(&scope.policy, &mut live);
                    let Read::Bytes(bytes) = read else { unreachable!("it was matched above") };
                    return Ok(serves.then_some(Fetched { live, bytes }));
                }
                Ok(Decoded::Expired) => return Ok(None),
                Err(why) => (why, Some(Seen::Bytes(bytes))),
            }
        }
    };
    let remedy = judge(why, gate.backend().tier(), scope.function(), counts);
    if why.is_tampering() {
        tell_tampering(why, gate, scope, counts);
        if scope.policy.on_tamper == OnTamper::Raise {
            counts.outcomes.add("kept");
            return Err(Unread::Tampered);
        }
    }
    if remedy == Remedy::Remove {
        let larger = place.clone().within(max_bytes.saturating_add(MOST_OVERHEAD));
        let removal = gate.run(place, budget, "reject", |backend, _| match seen {
            Some(seen) => backend.reject(place, seen),
            // It was refused before it was transferred.
            None => backend.shed(&larger),
        });
        removed(removal.await, gate, scope, counts);
    }
    Ok(None)
}

/// The time by which a value in L2 ends: L2's, which whoever runs it may tell as he likes, so that a
/// protected one ends by this host's as well, with a grace.
fn now(gate: &Gate, clock: &Clock, is_protected: bool) -> u64 {
    let theirs = gate.backend().time().latest;
    if !is_protected {
        return theirs;
    }
    let host = clock.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let host = host.saturating_sub(HOST_GRACE).as_millis();
    theirs.max(u64::try_from(host).unwrap_or(u64::MAX))
}

/// Rejects what is at a place's keys and is nothing of ours, which a read did not come upon.
pub(crate) async fn clear<O, V>(tiers: &Instance<O, V>, remote: &mut Remote, scope: &Context) {
    let Remote { gate, place, budget, .. } = remote;
    let counts = &tiers.counts;
    judge(Undecodable::NotAnEntry, gate.backend().tier(), scope.function(), counts);
    removed(vacate(gate, place, budget).await, gate, scope, counts);
}

/// Removes what is at a place's keys and is nothing of ours.
pub(crate) async fn vacate(
    gate: &Arc<Gate>,
    place: &Place,
    budget: &mut Budget,
) -> Result<Rejected, Fault> {
    gate.run(place, budget, "reject", |backend, _| backend.reject(place, Seen::WrongType)).await
}

/// Tells an operator of tampering; the counters have every case.
fn tell_tampering(why: Undecodable, gate: &Gate, scope: &Context, counts: &Counts) {
    if !counts.tamper_told.is_due(clock::now(), TOLD_EVERY) {
        return;
    }
    let (function, reason) = (scope.function(), why.reason());
    let event = gate.event(EventKind::EntryTampered);
    let detail =
        format!("an entry of `{function}` was not written by whoever has its keys: {reason}");
    gate.sink().raise(&event.of_tenant(scope.at.tenant.as_deref()).saying(detail));
}

/// Counts what came of a removal; one that failed leaves a miss all the same, and is told once.
fn removed(removal: Result<Rejected, Fault>, gate: &Gate, scope: &Context, counts: &Counts) {
    match removal {
        Ok(Rejected::Removed) => counts.outcomes.add("removed"),
        Ok(Rejected::Changed) => counts.outcomes.add("changed"),
        Err(fault) => {
            counts.outcomes.add("error");
            if counts.reject_fails.begins() {
                let event = gate.event(EventKind::RejectFailed);
                let detail = format!(
                    "an undecodable entry of `{}` could not be removed: {fault}",
                    scope.function()
                );
                gate.sink().raise(&event.of_tenant(scope.at.tenant.as_deref()).saying(detail));
            }
            return;
        }
    }
    counts.reject_fails.ends();
}

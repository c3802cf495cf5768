//! Marker: how a node finds that the others of its namespace have another index key.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::{At, Error, Operation};
use crate::keyring::Vault;
use crate::l2::gate::{Budget, Gate};
use crate::l2::keys;
use crate::l2::{Bid, Committed, Fault, Fill, Place, Read, Replaced, Stored};
use crate::random;
use crate::runtime::config::RuntimeBuilder;
use crate::time::park::park_on;

/// How long a marker lives, in milliseconds of the tier's time: a year. Longer than any entry's
/// life, so that no node with another key comes to think that it is the first.
const LIFE: u64 = 365 * 24 * 60 * 60 * 1000;

/// A marker is written anew in the second half of its life.
const RENEWED: u64 = LIFE / 2;

/// Times that two nodes which come first at once may overtake each other.
const TRIES: usize = 8;

/// Compares the marker of each namespace with this node's index key, and sets it where none is.
///
/// # Errors
///
/// Where another node has another index key (`is_config`), or L2 does not serve although it must.
pub(crate) fn check(
    builder: &RuntimeBuilder,
    namespace: &str,
    gate: &Arc<Gate>,
    vault: &Vault,
) -> Result<(), Error> {
    if builder.lazily || gate.outage().is_some() {
        // A first call does not wait for it, and a tier that is away cannot be asked.
        return Ok(());
    }
    let stated = builder.functions.iter().filter_map(|function| function.spec().namespace);
    let namespaces: BTreeSet<_> = stated.chain([namespace]).collect();
    for namespace in namespaces {
        let place = keys::index(namespace);
        match park_on(matches(gate, &place, &vault.marker())) {
            Ok(true) => {}
            Ok(false) => {
                return Err(Error::config(format!(
                    "other nodes of the namespace `{namespace}` name their protected entries with \
                     another index key; give this node theirs (CACHEKIT_INDEX_KEY, or \
                     index_key(..)), or, to begin anew with this one everywhere, stop them and \
                     delete the key {} in L2",
                    place.entry
                )));
            }
            Err(_) if builder.start_without_l2 => {}
            Err(fault) => {
                let (kind, at) = (fault.meaning(), At::default());
                return Err(Error::because(kind, Operation::Install, at, fault));
            }
        }
    }
    Ok(())
}

/// Whether the marker is this one, or is now.
async fn matches(gate: &Arc<Gate>, place: &Place, mine: &[u8; 32]) -> Result<bool, Fault> {
    let mut budget = gate.budget();
    for _ in 0..TRIES {
        if let Some(found) = read(gate, place, &mut budget).await? {
            return settle(gate, place, &mut budget, mine, &found).await;
        }
        let filler = random::token().ok_or_else(Fault::random)?;
        let run = gate.run(place, &mut budget, "claim", |backend, until| {
            backend.claim(place, Bid { filler: &filler, until })
        });
        let claim = match run.await {
            Err(fault) if fault.is_poison() => {
                crate::call::read::vacate(gate, place, &mut budget).await?;
                continue;
            }
            claim => claim?,
        };
        // Whoever came first between the look and the claim is not overwritten; whoever comes
        // first after it revokes this claim, since markers are the sole fill of their place.
        if let Some(found) = read(gate, place, &mut budget).await? {
            let run =
                gate.run(place, &mut budget, "abort", |backend, _| backend.abort(place, &claim));
            run.await?;
            return settle(gate, place, &mut budget, mine, &found).await;
        }
        let expires = claim.now.saturating_add(LIFE);
        let bytes = written(mine, expires);
        let value = Stored { bytes: &bytes, expires };
        let fill = Fill { claim: &claim, value, sole: true };
        let run = gate.run(place, &mut budget, "commit", |backend, _| backend.commit(place, fill));
        if run.await? == Committed::Stored {
            return Ok(true);
        }
    }
    Ok(true)
}

/// Compares a marker with this node's, and keeps it alive if they agree.
async fn settle(
    gate: &Arc<Gate>,
    place: &Place,
    budget: &mut Budget,
    mine: &[u8; 32],
    found: &[u8],
) -> Result<bool, Fault> {
    let Some((theirs, expires)) = found.split_first_chunk::<32>() else { return Ok(false) };
    if theirs != mine {
        return Ok(false);
    }
    let expires = expires.try_into().map_or(0, u64::from_le_bytes);
    let now = gate.backend().time().earliest;
    if expires.saturating_sub(now) < RENEWED {
        let expires = now.saturating_add(LIFE);
        let bytes = written(mine, expires);
        let value = Stored { bytes: &bytes, expires };
        let run = gate
            .run(place, budget, "replace", |backend, until| backend.replace(place, value, until));
        if run.await? == Replaced::Ended {
            return Err(Fault::ended());
        }
    }
    Ok(true)
}

async fn read(
    gate: &Arc<Gate>,
    place: &Place,
    budget: &mut Budget,
) -> Result<Option<Vec<u8>>, Fault> {
    let read = gate.run(place, budget, "read", |backend, _| backend.read(place)).await?;
    Ok(match read {
        Read::Absent => None,
        Read::Bytes(bytes) => Some(bytes),
        // Something else than a marker is not this node's marker.
        Read::WrongType | Read::TooLarge => Some(Vec::new()),
    })
}

/// A marker, with its end.
fn written(mine: &[u8; 32], expires: u64) -> Vec<u8> {
    [mine.as_slice(), &expires.to_le_bytes()].concat()
}

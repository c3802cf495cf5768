//! Prime: puts a value in an entry's place and revokes fills in flight.

use std::sync::Arc;
use std::time::Instant;

use crate::call::invalidate::Invalidated;
use crate::call::protocol::{Change, Unconfirmed};
use crate::error::{Error, Operation};
use crate::l1::entry;
use crate::l2::access::{Reach, Remote};
use crate::l2::owed::Subject;
use crate::l2::{Fault, Replaced, Stored};
use crate::policy::L2Use;

use super::Edit;

/// Times a prime is sent where the tier's clock was stepped meanwhile, so that the value's end was
/// over before it began.
const ENDS: usize = 2;

impl<O: Eq + Clone, V: Clone> Edit<'_, O, V> {
    /// Replaces the entry and revokes fills in flight.
    pub(crate) async fn prime(&self, value: V) -> Result<Invalidated, Error> {
        let (remote, names) = match (self.reach, &self.names) {
            (Reach::Remote(remote), Some(names)) => (remote, names),
            (Reach::Broken(error), _) => {
                self.tiers.revoke(self.key);
                return Err(self.scope.broken(Operation::Set, error));
            }
            (Reach::Local | Reach::Remote(_), _) => {
                self.tiers.revoke(self.key);
                self.put(None, &value)?;
                return Ok(Invalidated::LocalOnly);
            }
        };
        let subject = Subject::Key(Arc::clone(&remote.place));
        let revoke = || self.tiers.revoke(self.key);
        let change = Change::begin(&remote.gate, names, subject, self.scope, revoke)
            .await
            .map_err(|closed| self.scope.fault(Operation::Set, closed))?;
        let told = self.replace(remote.clone(), &value, |until| change.sends(until)).await;
        self.tiers.counts.operations.add(("set", told.is_ok()));
        match told {
            Ok(()) => {
                change.confirmed();
                Ok(Invalidated::Done)
            }
            Err(Untold::Unfit(error)) => {
                change.unsent();
                Err(error)
            }
            Err(Untold::Fault(fault)) => match change.unconfirmed() {
                Unconfirmed::Lost => Err(self.scope.fault(Operation::Set, fault)),
                Unconfirmed::Owed if self.scope.policy.l2 == L2Use::Preferred => {
                    if let Some(outage) = self.reach.outage() {
                        self.put(Some(outage), &value)?;
                    }
                    Ok(Invalidated::Pending)
                }
                Unconfirmed::Owed => Err(self.scope.fault(Operation::Set, fault).owing()),
            },
        }
    }

    /// Puts a value in the place of what L2 holds; `sends` hears until when what is sent is obeyed.
    async fn replace(
        &self,
        mut remote: Remote,
        value: &V,
        sends: impl Fn(Instant),
    ) -> Result<(), Untold> {
        let sign = (self.sign)(value);
        let life = self.life(value, sign);
        for _ in 0..ENDS {
            // The life begins by the tier's own time, which is known once the tier has answered. A
            // value that cannot be stored is an error whether or not it is there.
            let time = remote.gate.time(&mut remote.budget).await;
            let created = time.as_ref().map_or(0, |time| time.earliest);
            let expires = entry::end(created, life);
            let sealed = self.seal(value, sign, (created, expires), Operation::Set);
            let bytes = sealed.map_err(Untold::Unfit)?;
            time?;
            let stored = Stored { bytes: &bytes, expires };
            let Remote { gate, place, budget, .. } = &mut remote;
            let place = &**place;
            let run = gate.run_anyway(budget, "replace", |backend, until| {
                sends(until);
                backend.replace(place, stored, until)
            });
            if run.await? == Replaced::Stored {
                return Ok(());
            }
            // The tier's clock was stepped; its answer has told the time anew.
        }
        Err(Untold::Fault(Fault::ended()))
    }
}

/// Why a value is not in L2.
enum Untold {
    /// L2 did not confirm it.
    Fault(Fault),
    /// It cannot be stored; nothing was sent.
    Unfit(Error),
}

impl From<Fault> for Untold {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

//! Invalidation: by key, by tenant, of all; wins against computations in flight, here and elsewhere.

use crate::call::context::Context;
use crate::call::protocol::{Change, Unconfirmed};
use crate::error::{Error, Operation};
use crate::l2::gate::Visit;
use crate::l2::keys::Names;
use crate::l2::owed::Subject;
use crate::observe::stats::Counts;
use crate::policy::L2Use;

/// How far an invalidation, or a prime, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalidated {
    /// Every node's next call knows of it; other nodes' L1 within the function's `ttl`.
    Done,
    /// This node knows of it; L2 is owed it, and nothing that it is of is trusted in L2 or written
    /// there by this process before L2 is told.
    Pending,
    /// This node knows of it, and the function has no L2, or the process none on purpose.
    LocalOnly,
}

impl Invalidated {
    /// The worse of two: what is still to be done, else what reaches this node alone.
    pub(crate) fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pending, _) | (_, Self::Pending) => Self::Pending,
            (Self::LocalOnly, _) | (_, Self::LocalOnly) => Self::LocalOnly,
            (Self::Done, Self::Done) => Self::Done,
        }
    }
}

/// An invalidation of something of a function.
pub(crate) struct Invalidation<'a, R> {
    pub(crate) scope: &'a Context,
    /// The way to the tier, and the function's names there; `None` for functions without one.
    pub(crate) tier: Result<Option<(&'a Visit, &'a Names)>, &'a Error>,
    /// Where the operation is counted; `None` before the function's first call.
    pub(crate) counts: Option<&'a Counts>,
    /// Forgets it in this process.
    pub(crate) revoke: R,
}

impl<R: Fn()> Invalidation<'_, R> {
    /// Invalidates it; `subject` says what it is in L2.
    pub(crate) async fn run(
        self,
        operation: Operation,
        subject: impl FnOnce(&Names) -> Subject,
    ) -> Result<Invalidated, Error> {
        let (gate, names) = match self.tier {
            Ok(Some(tier)) => tier,
            Ok(None) => {
                (self.revoke)();
                return Ok(Invalidated::LocalOnly);
            }
            Err(why) => {
                (self.revoke)();
                return Err(self.scope.broken(operation, why));
            }
        };
        let subject = subject(names);
        let change = Change::begin(gate, names, subject.clone(), self.scope, self.revoke)
            .await
            .map_err(|closed| self.scope.fault(operation, closed))?;
        let mut budget = gate.budget();
        let generations = subject.generations(names);
        let told = match &subject {
            Subject::Key(place) => {
                let tell = gate
                    .run_anyway(&mut budget, "invalidate", |backend, _| backend.invalidate(place));
                tell.await
            }
            Subject::Tenant(_) | Subject::Function => {
                let tell =
                    gate.run_anyway(&mut budget, "bump", |backend, _| backend.bump(&generations));
                tell.await
            }
        };
        if let Some(counts) = self.counts {
            counts.operations.add((operation.as_str(), told.is_ok()));
        }
        let Err(fault) = told else {
            change.confirmed();
            return Ok(Invalidated::Done);
        };
        match change.unconfirmed() {
            Unconfirmed::Lost => Err(self.scope.fault(operation, fault)),
            Unconfirmed::Owed if self.scope.policy.l2 == L2Use::Preferred => {
                Ok(Invalidated::Pending)
            }
            Unconfirmed::Owed => Err(self.scope.fault(operation, fault).owing()),
        }
    }
}

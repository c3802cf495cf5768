//! Invalidation: by key, by tenant, of all; wins against computations in flight, here and elsewhere.
//!
//! On this node in three moves: revoke, tell L2, revoke again. The second revocation catches
//! calls that joined or read L2 between the first and L2's own.

use std::sync::Arc;

use crate::error::{Error, Kind, Operation, Reason};
use crate::l2::gate::Gate;
use crate::l2::{Fault, Place};
use crate::policy::L2Use;
use crate::scope::Scope;
use crate::stats::Counts;

/// How far an invalidation, or a prime, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalidated {
    /// Every node's next call knows of it; other nodes' L1 within the function's `ttl`.
    Done,
    /// This node knows of it; L2 is owed it, and nothing of the function (or tenant) in L2 is
    /// trusted or written by this process before it is told.
    Pending,
    /// This node knows of it, and the function has no L2.
    LocalOnly,
}

/// An invalidation of something of a function.
pub(crate) struct Invalidation<'a, R, O> {
    pub(crate) scope: &'a Scope<'a>,
    /// The way to the tier; `None` for functions without one.
    pub(crate) gate: Result<Option<&'a Arc<Gate>>, &'a Error>,
    /// Where the operation is counted; `None` before the function's first call.
    pub(crate) counts: Option<&'a Counts>,
    /// Forgets it in this process.
    pub(crate) revoke: R,
    /// The generations to bump if L2 does not confirm it.
    pub(crate) owed: O,
}

impl<R: Fn(), O: FnOnce() -> Vec<String>> Invalidation<'_, R, O> {
    /// Invalidates the entry at a place.
    pub(crate) async fn entry(self, place: Option<&Place>) -> Result<Invalidated, Error> {
        let tell = async |gate: &Arc<Gate>| {
            let place = place.expect("a function with L2 has a place for each key");
            let mut budget = gate.budget();
            gate.run_anyway(&mut budget, "invalidate", |backend, _| backend.invalidate(place)).await
        };
        self.around(Operation::Invalidate, tell).await
    }

    /// Gives generations new values.
    pub(crate) async fn generations(self, names: &[String]) -> Result<Invalidated, Error> {
        let tell = async |gate: &Arc<Gate>| {
            let mut budget = gate.budget();
            gate.run_anyway(&mut budget, "bump", |backend, _| backend.bump(names)).await
        };
        self.around(Operation::Clear, tell).await
    }

    async fn around(
        self,
        operation: Operation,
        tell: impl AsyncFnOnce(&Arc<Gate>) -> Result<(), Fault>,
    ) -> Result<Invalidated, Error> {
        (self.revoke)();
        let gate = match self.gate {
            Ok(Some(gate)) => gate,
            Ok(None) => return Ok(Invalidated::LocalOnly),
            Err(why) => {
                return Err(self.scope.refuse_because(
                    Kind::Config,
                    operation,
                    Reason(why.reason()),
                ));
            }
        };
        let told = tell(gate).await;
        if let Some(counts) = self.counts {
            counts.operations.add((operation.as_str(), told.is_ok()));
        }
        let result = match told {
            Ok(()) => Ok(Invalidated::Done),
            Err(_fault) if self.scope.policy.l2 == L2Use::Preferred => {
                gate.owe((self.owed)(), self.scope.at.tenant.as_deref());
                Ok(Invalidated::Pending)
            }
            Err(fault) => Err(self.scope.fault(operation, fault)),
        };
        (self.revoke)();
        result
    }
}

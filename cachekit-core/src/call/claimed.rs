//! A filler in L2, known from before it is asked for, which is taken back unless it commits.

use std::sync::Arc;
use std::time::Instant;

use crate::guards::Guard;
use crate::l2::access::Remote;
use crate::l2::gate::{Budget, Visit};
use crate::l2::{Bid, Claim, Fault, Place};
use crate::random;

/// A filler registered in L2.
///
/// Dropped while it is open, as when the body panics or its caller goes away, it is taken back in
/// the background. So is one whose registration was not answered, once nobody obeys that any more.
#[derive(Debug)]
pub(crate) struct Claimed {
    gate: Visit,
    place: Arc<Place>,
    claim: Option<Claim>,
    budget: Budget,
    /// When its registration is obeyed no more, while that is not answered.
    until: Option<Instant>,
}

impl Claimed {
    /// Registers a filler.
    pub(crate) async fn register(remote: &mut Remote) -> Result<Self, Fault> {
        let Remote { gate, place, budget, .. } = remote;
        let filler = random::token().ok_or_else(Fault::random)?;
        let claim = Claim { filler: filler.clone(), generation: String::new(), now: 0 };
        let until = Some(budget.end());
        let mut claimed = Self {
            budget: gate.budget(),
            gate: gate.clone(),
            place: Arc::clone(place),
            claim: Some(claim),
            until,
        };
        let run = gate.run(place, budget, "claim", |backend, until| {
            backend.claim(place, Bid { filler: &filler, until })
        });
        let answer = run.await;
        match answer {
            Ok(claim) => {
                claimed.claim = Some(claim);
                claimed.until = None;
                Ok(claimed)
            }
            Err(fault) => {
                if !fault.is_unknown() {
                    claimed.claim = None;
                }
                Err(fault)
            }
        }
    }

    /// What L2 said when the filler was registered.
    ///
    /// # Panics
    ///
    /// If the filler has been settled.
    pub(crate) fn claim(&self) -> &Claim {
        self.claim.as_ref().expect("a filler is settled once, when its call is done with it")
    }

    /// Nothing is left to take back.
    pub(crate) fn settled(mut self) {
        self.claim = None;
    }

    /// Takes the filler back now; answers whether its fill was still wanted.
    pub(crate) async fn abort(mut self) -> Result<bool, Fault> {
        let (gate, place) = (self.gate.clone(), Arc::clone(&self.place));
        let mut budget = self.budget;
        let claim = self.claim().clone();
        let abort =
            gate.run_anyway(&mut budget, "abort", |backend, _| backend.abort(&place, &claim));
        let wanted = abort.await;
        if wanted.is_ok() {
            self.claim = None;
        }
        wanted
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take().filter(|_| Guard::TakeBack.holds()) {
            self.gate.take_back(Arc::clone(&self.place), claim, self.until);
        }
    }
}

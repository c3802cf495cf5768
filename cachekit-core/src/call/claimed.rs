//! A filler registered in L2, which is taken back unless it commits.

use std::sync::Arc;

use crate::l2::gate::{Budget, Gate};
use crate::l2::{Claim, Fault, Place};

/// A filler registered in L2.
///
/// Dropped while it is open, as when the body panics or its caller goes away, it is taken back in
/// the background.
#[derive(Debug)]
pub(crate) struct Claimed {
    gate: Arc<Gate>,
    place: Arc<Place>,
    claim: Option<Claim>,
    budget: Budget,
}

impl Claimed {
    pub(crate) fn new(gate: Arc<Gate>, place: Arc<Place>, claim: Claim) -> Self {
        let budget = gate.budget();
        Self { gate, place, claim: Some(claim), budget }
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
        let (gate, place) = (Arc::clone(&self.gate), Arc::clone(&self.place));
        let mut budget = self.budget;
        let claim = self.claim().clone();
        let wanted = gate
            .run(&place, &mut budget, "abort", |backend, _| backend.abort(&place, &claim))
            .await;
        if wanted.is_ok() {
            self.claim = None;
        }
        wanted
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        let Some(claim) = self.claim.take() else { return };
        let (gate, place, mut budget) =
            (Arc::clone(&self.gate), Arc::clone(&self.place), self.budget);
        self.gate.spawn(async move {
            // A filler that cannot be taken back ends with its own life.
            drop(
                gate.run(&place, &mut budget, "abort", |backend, _| backend.abort(&place, &claim))
                    .await,
            );
        });
    }
}

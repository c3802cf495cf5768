//! The one protocol of every change: revoked here, told to L2, owed unless confirmed, revoked again.
//!
//! ```text
//!   begin: written down, revoked ---- L2 is told ----> confirmed: struck off, revoked, acknowledged
//!                |                        |
//!                +-- dropped, at any await, or not confirmed --> owed, then revoked
//! ```
//!
//! The first revocation keeps what began before from staying, the second catches calls that joined
//! or read L2 between the first and L2's own. A change is owed before the second, so that whoever
//! comes between finds the debt and not the old value.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::call::context::Context;
use crate::guards::Guard;
use crate::l2::Fault;
use crate::l2::gate::Gate;
use crate::l2::keys::Names;
use crate::l2::owed::{Late, Opened, Subject};
use crate::sync::plain;

/// A change under way, from before its first byte is sent.
#[must_use = "a change that is dropped is owed"]
pub(crate) struct Change<'a, R: Fn()> {
    revoke: R,
    debt: Option<Debt<'a>>,
    /// How the tier may obey what was sent of it, where that stores something.
    obeyed: Mutex<Option<Late>>,
}

/// What becomes of a change that L2 has not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unconfirmed {
    /// It is made when L2 answers.
    Owed,
    /// Nobody makes it any more: the runtime has ended meanwhile.
    Lost,
}

/// What is owed unless L2 confirms it.
struct Debt<'a> {
    gate: &'a Arc<Gate>,
    scope: &'a Context,
    opened: Opened,
}

impl<'a, R: Fn()> Change<'a, R> {
    /// Begins a change that is owed unless it is confirmed. What was sent of earlier ones can be
    /// obeyed no more once this is there.
    ///
    /// In a child made by `fork`, and once the runtime has ended, it is revoked and refused: there
    /// nobody settles what is owed.
    pub(crate) async fn begin(
        gate: &'a Arc<Gate>,
        names: &Names,
        subject: Subject,
        scope: &'a Context,
        revoke: R,
    ) -> Result<Self, Fault> {
        if let Err(closed) = gate.owes() {
            revoke();
            return Err(closed);
        }
        let opened = gate.account(names).open(subject);
        revoke();
        let mut change =
            Self { revoke, debt: Some(Debt { gate, scope, opened }), obeyed: Mutex::default() };
        if let Some(debt) = &mut change.debt {
            gate.outlast(&mut debt.opened).await;
        }
        Ok(change)
    }

    /// Something of it is sent now that stores, and is obeyed until then.
    pub(crate) fn sends(&self, until: Instant) {
        *plain(&self.obeyed) = self.debt.as_ref().map(|debt| debt.gate.late(until));
    }

    /// Begins a change that owes nothing: what becomes of it, if it is not confirmed, is unknown.
    pub(crate) fn unowed(revoke: R) -> Self {
        revoke();
        Self { revoke, debt: None, obeyed: Mutex::default() }
    }

    /// L2 has confirmed it.
    pub(crate) fn confirmed(mut self) {
        if let Some(debt) = self.debt.take() {
            debt.gate.confirmed(debt.opened);
        }
        // Dropping it revokes.
    }

    /// Nothing of it was sent, and nothing will be.
    pub(crate) fn unsent(mut self) {
        if let Some(debt) = self.debt.take() {
            debt.opened.withdraw();
        }
    }

    /// L2 has not confirmed it.
    pub(crate) fn unconfirmed(mut self) -> Unconfirmed {
        let gate = self.debt.as_ref().map(|debt| debt.gate);
        self.owe();
        // Its drop revokes.
        drop(self);
        match gate.map(|gate| gate.owes()) {
            Some(Err(_closed)) => Unconfirmed::Lost,
            Some(Ok(())) | None => Unconfirmed::Owed,
        }
    }

    fn owe(&mut self) {
        if let Some(Debt { gate, scope, opened }) = self.debt.take() {
            let function = scope.at.function.unwrap_or_default();
            let obeyed = plain(&self.obeyed).take();
            gate.owe(opened, obeyed, function, scope.at.tenant.as_deref());
        }
    }
}

impl<R: Fn()> Drop for Change<'_, R> {
    fn drop(&mut self) {
        if Guard::DroppedOwes.holds() {
            self.owe();
        } else if let Some(debt) = self.debt.take() {
            debt.opened.withdraw();
        }
        if Guard::RevokeAfter.holds() {
            (self.revoke)();
        }
    }
}

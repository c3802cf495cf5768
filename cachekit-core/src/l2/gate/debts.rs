//! The gate's debts: changes written down before they are sent, and settled in pieces.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::guards::Guard;
use crate::l2::Fault;
use crate::l2::keys::Names;
use crate::l2::owed::{Account, Bill, Items, Late, Opened};
use crate::observe::event::EventKind;
use crate::time::clock;
use crate::time::timer;

use super::Gate;
use super::leavings::GRAIN;
use super::recover::{Pause, unwound};

impl Gate {
    /// What a function owes the tier.
    pub(crate) fn account(&self, names: &Names) -> Arc<Account> {
        self.ledger.account(names)
    }

    /// Whether what is owed is settled some day.
    ///
    /// # Errors
    ///
    /// In a child made by `fork`, and once the runtime has ended.
    pub(crate) fn owes(&self) -> Result<(), Fault> {
        self.is_of_this_process()?;
        if self.has_ended() { Err(Fault::shut_down()) } else { Ok(()) }
    }

    /// Waits until nothing that is owed of the same can be obeyed after a change that begins.
    ///
    /// A prime whose connection was lost may lie at the server, which obeys it up to its date: what
    /// changes the entry before that would be undone.
    pub(crate) async fn outlast(&self, change: &mut Opened) {
        let until = change.obeyed_until(self.backend.connection());
        if let Some(until) = until.filter(|_| self.outage().is_none() && Guard::Outlasts.holds()) {
            timer::sleep_until(until).await;
        }
        change.sends(self.backend.connection());
    }

    /// A change was confirmed.
    pub(crate) fn confirmed(&self, change: Opened) {
        change.confirm(self.backend.connection());
    }

    /// How what is sent now, and stores something, may be obeyed until then.
    pub(crate) fn late(&self, until: Instant) -> Late {
        Late { until: until + GRAIN, on: self.backend.connection() }
    }

    /// Owes a change that the tier has not confirmed, and sees to it; it may be `obeyed` yet.
    pub(crate) fn owe(
        self: &Arc<Self>,
        change: Opened,
        obeyed: Option<Late>,
        function: &str,
        tenant: Option<&str>,
    ) {
        let (account, subject) = change.owe(obeyed);
        if account.tells(&subject, clock::now()) {
            let pending = self.event(EventKind::InvalidationPending).of_tenant(tenant);
            let what = subject.what();
            let detail = format!("L2 did not confirm {what} of `{function}`; it is owed");
            self.sink.raise(&pending.saying(detail));
        }
        self.settle_in_background();
    }

    /// Settles the debts while the tier is there; while it is not, the prober does.
    pub(super) fn settle_in_background(self: &Arc<Self>) {
        if !self.is_in_debt() || self.settling.swap(true, Ordering::AcqRel) {
            return;
        }
        let gate = Arc::clone(self);
        self.spawn(async move {
            let mut pause = Pause::first();
            while gate.is_in_debt() {
                if gate.settle_debts().await.is_err() {
                    pause.wait().await;
                }
            }
            gate.settling.store(false, Ordering::Release);
            // A debt that came between the last look and the flag found somebody settling.
            gate.settle_in_background();
        });
    }

    fn is_in_debt(&self) -> bool {
        self.ledger.len() > 0 && self.outage().is_none()
    }

    /// Settles what can be settled now, each as it is confirmed.
    ///
    /// A function whose debts the tier refuses keeps no other from being settled; a tier that does
    /// not serve ends it.
    pub(super) async fn settle_debts(self: &Arc<Self>) -> Result<(), Fault> {
        for account in self.ledger.debtors() {
            while let Some(bill) = account.bill(self.backend.connection()) {
                match self.settle_bill(bill).await {
                    Ok(()) => {}
                    Err(fault) if fault.is_outage() => return Err(fault),
                    Err(_refused) => break,
                }
            }
        }
        if self.ledger.len() > 0 { Err(Fault::owed()) } else { Ok(()) }
    }

    async fn settle_bill(&self, bill: Bill<Opened>) -> Result<(), Fault> {
        let deadline = clock::now() + self.op_timeout;
        let changes = Settling(bill.changes);
        let tell = unwound(|| match &bill.items {
            Items::Entries(places) => self.backend.invalidate_many(places),
            Items::Generations(names) => self.backend.bump(names),
        });
        let told = timer::until(deadline, tell).await;
        told.unwrap_or(Err(Fault::timeout()))?;
        changes.confirm(self.backend.connection());
        self.calms();
        Ok(())
    }
}

/// Debts that are being settled; dropped before they are confirmed, they are owed again.
struct Settling(Vec<Opened>);

impl Settling {
    fn confirm(mut self, on: Option<u64>) {
        for change in std::mem::take(&mut self.0) {
            change.confirm(on);
        }
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        for change in self.0.drain(..) {
            drop(change.owe(None));
        }
    }
}

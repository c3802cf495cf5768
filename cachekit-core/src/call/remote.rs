//! The steps that go to L2.

use crate::call::read::{self, Unread};
use crate::call::steps::{Fact, Intent};
use crate::codec::Unfit;
use crate::error::{Kind, Operation};
use crate::guards::Guard;
use crate::l1::entry::end;
use crate::l2::access::{Reach, Remote};
use crate::l2::{Committed, Fault, Fill, Stored};
use crate::observe::event::EventKind;
use crate::policy::L2Use;

use super::{Call, Claimed, Holding, Role};

impl<O, V> Call<'_, O, V>
where
    O: Eq + Clone,
    V: Clone,
{
    pub(crate) async fn fetch(&mut self) -> Fact {
        let Reach::Remote(remote) = &mut self.reach else { return self.broken(Operation::Get) };
        self.role.sends(Guard::ReadMark);
        let sent = self.tiers.clock.tick();
        let fetched = read::fetch(self.tiers, remote, &self.scope).await;
        self.tiers.counts.operations.add(("get", fetched.is_ok()));
        match fetched {
            Ok(Some(found)) => {
                self.holding = Holding::Found(found.live, found.bytes, sent);
                Fact::Hit
            }
            Ok(None) => Fact::Miss,
            Err(Unread::Fault(fault)) => self.away(Operation::Get, fault),
            Err(tampered @ Unread::Tampered) => {
                self.holding = Holding::Refusal(tampered.refuse(&self.scope, Operation::Get));
                Fact::Tampered
            }
        }
    }

    pub(crate) async fn claim(&mut self) -> Fact {
        let Reach::Remote(remote) = &mut self.reach else { return self.broken(Operation::Get) };
        self.role.sends(Guard::ReadMark);
        self.born = self.tiers.clock.tick();
        let mut registered = Claimed::register(remote).await;
        if registered.as_ref().is_err_and(Fault::is_poison) {
            read::clear(self.tiers, remote, &self.scope).await;
            registered = Claimed::register(remote).await;
        }
        match registered {
            Ok(claimed) => {
                self.claim = Some(claimed);
                Fact::Claimed
            }
            Err(fault) => self.away(Operation::Set, fault),
        }
    }

    pub(crate) async fn commit(&mut self) -> Fact {
        let claimed = self.claim.take().expect("Commit is issued only after Claimed");
        if self.tiers.fills.are_withheld() {
            return self.take_back(claimed, Fact::Withheld).await;
        }
        let (bytes, expires) = match self.seal(claimed.claim().now) {
            Ok(sealed) => sealed,
            Err(Unfit::Random) => return self.away(Operation::Set, Fault::random()),
            Err(unfit) => return self.unfit(claimed, unfit).await,
        };
        let fill = Fill {
            claim: claimed.claim(),
            value: Stored { bytes: &bytes, expires },
            sole: self.steps.intent() == Intent::Refresh,
        };
        self.role.sends(Guard::CommitMark);
        if fill.sole && Guard::RefreshEnds.holds() {
            self.supersede();
        }
        let Reach::Remote(remote) = &mut self.reach else { return self.broken(Operation::Set) };
        let Remote { gate, place, budget, .. } = remote;
        let run = gate.run(place, budget, "commit", |backend, _| backend.commit(place, fill));
        let committed = run.await;
        self.tiers.counts.operations.add(("set", committed.is_ok()));
        match committed {
            Ok(verdict) => {
                self.tiers.counts.store_fails.ends();
                #[cfg(feature = "metrics")]
                crate::observe::recorder::moved("set", bytes.len());
                self.committed(claimed, verdict, bytes).await
            }
            Err(fault) => self.away(Operation::Set, fault),
        }
    }

    async fn committed(&mut self, claimed: Claimed, verdict: Committed, sealed: Vec<u8>) -> Fact {
        match verdict {
            Committed::Stored => {
                claimed.settled();
                if let Holding::Computed(_, _, bytes) = &mut self.holding {
                    *bytes = Some(sealed);
                }
                Fact::Stored
            }
            Committed::Lost => {
                self.tiers.counts.lost.add(1);
                if self.steps.intent() == Intent::Refresh {
                    // What came first may have been a refresh that began earlier, whose value is
                    // older than this one.
                    return self.unrefreshed(claimed, Fact::Lost).await;
                }
                claimed.settled();
                Fact::Lost
            }
        }
    }

    /// A refresh has its value: from now on this process answers with nothing older, whatever
    /// becomes of it.
    fn supersede(&self) {
        if let Role::Leads(lead) = &self.role {
            drop(lead.supersede(|key| self.tiers.remove(key)));
        }
    }

    /// Seals the body's value into a life that began when its filler was registered.
    fn seal(&self, created: u64) -> Result<(Vec<u8>, u64), Unfit> {
        let (Holding::Computed(value, sign, _), Reach::Remote(remote)) =
            (&self.holding, &self.reach)
        else {
            unreachable!("Commit is issued only after Claimed and Kept");
        };
        let wire = self.tiers.wire.as_deref().expect("a function with L2 has a wire format");
        let created =
            if Guard::FillBegins.holds() { created } else { remote.gate.backend().time().earliest };
        let expires = end(created, self.life);
        let stamp = self.scope.stamp((created, expires), *sign, remote.max_bytes);
        wire.encode(value, &stamp).map(|bytes| (bytes, expires))
    }

    /// A value that cannot be stored still serves its callers, unless an invalidation came first.
    async fn unfit(&mut self, claimed: Claimed, unfit: Unfit) -> Fact {
        let fact = match &unfit {
            Unfit::TooLarge { .. } | Unfit::TooMuch(_) => {
                self.tiers.counts.too_large.add(1);
                Fact::TooLarge
            }
            Unfit::Codec(_) | Unfit::Random => {
                let counts = &self.tiers.counts;
                counts.unfit.add(1);
                let first = counts.unfit_told.begins();
                if let Some(gate) = self.gate().filter(|_| first) {
                    let function = self.scope.function();
                    let event = gate.event(EventKind::ValueUnfit);
                    gate.sink().raise(&event.saying(format!("a value of `{function}`: {unfit}")));
                }
                if self.scope.policy.l2 == L2Use::Required {
                    let refused = self.scope.refuse_because(Kind::Serialize, Operation::Set, unfit);
                    self.holding = Holding::Refusal(refused);
                }
                Fact::Unfit
            }
        };
        if self.steps.intent() == Intent::Refresh {
            return self.unrefreshed(claimed, fact).await;
        }
        self.take_back(claimed, fact).await
    }

    /// Takes back the filler of a value that is not stored; `fact`, unless an invalidation came first.
    async fn take_back(&mut self, claimed: Claimed, fact: Fact) -> Fact {
        self.role.sends(Guard::AbortMark);
        let wanted = claimed.abort().await;
        self.overtaken = !matches!(wanted, Ok(true));
        match wanted {
            Ok(true) => fact,
            // A refusal stands; otherwise whoever follows must not take an overtaken value.
            _ if self.is_refused() || !Guard::AbortVerdict.holds() => fact,
            _ => Fact::Lost,
        }
    }

    /// A refresh whose value cannot be stored: the old value is not the answer any more either, so
    /// it goes, and every filler with it.
    async fn unrefreshed(&mut self, claimed: Claimed, fact: Fact) -> Fact {
        if !Guard::RefreshInvalidates.holds() {
            return self.take_back(claimed, fact).await;
        }
        // Nobody asks whether its filler was still there, so nobody else takes what it brings.
        self.overtaken = true;
        let Reach::Remote(remote) = &mut self.reach else { return fact };
        self.role.sends(Guard::AbortMark);
        let Remote { gate, place, budget, .. } = remote;
        let run = gate.run_anyway(budget, "invalidate", |backend, _| backend.invalidate(place));
        match run.await {
            Ok(()) => {
                claimed.settled();
                if self.is_refused() { fact } else { Fact::Lost }
            }
            // The refusal that stands says enough.
            Err(_fault) if self.is_refused() => fact,
            Err(fault) => self.away(Operation::Set, fault),
        }
    }

    /// There is no tier to be had.
    fn broken(&mut self, operation: Operation) -> Fact {
        let Reach::Broken(error) = &self.reach else {
            unreachable!("the table sends no local function to L2");
        };
        if self.scope.policy.l2 == L2Use::Required {
            self.holding = Holding::Refusal(self.scope.broken(operation, error));
        }
        Fact::Away
    }

    fn is_refused(&self) -> bool {
        matches!(self.holding, Holding::Refusal(_))
    }

    /// Whether this store is the first of the function that fails since one succeeded, so that an
    /// outage is told once and not by every caller.
    fn is_first_unconfirmed(&self) -> bool {
        self.tiers.counts.store_fails.begins()
    }

    /// L2 did not serve an operation of this call.
    fn away(&mut self, operation: Operation, fault: Fault) -> Fact {
        let returns = operation == Operation::Set && self.steps.returns_unstored();
        if self.scope.policy.l2 != L2Use::Required {
            return Fact::Away;
        }
        if !returns {
            self.holding = Holding::Refusal(self.scope.fault(operation, fault));
        } else if let Some(gate) = self.gate().filter(|_| self.is_first_unconfirmed()) {
            let function = self.scope.function();
            let event = gate.event(EventKind::StoreUnconfirmed);
            let detail = format!("`{function}` returned a value that L2 did not confirm: {fault}");
            gate.sink().raise(&event.of_tenant(self.scope.at.tenant.as_deref()).saying(detail));
        }
        Fact::Away
    }
}

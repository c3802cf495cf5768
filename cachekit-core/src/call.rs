//! Performs the steps of one call. Every effect is written once; only `steps` decides.

pub(crate) mod change;
mod claimed;
pub(crate) mod context;
pub(crate) mod drive;
pub(crate) mod fills;
mod finish;
pub(crate) mod instance;
pub(crate) mod invalidate;
pub(crate) mod peek;
pub(crate) mod protocol;
pub(crate) mod read;
mod remote;
mod role;
pub(crate) mod steps;
mod uncached;

pub(crate) use claimed::Claimed;
pub(crate) use finish::{Finish, Purpose};
use role::Role;
pub(crate) use uncached::Uncached;

use std::mem;
use std::time::{Duration, Instant};

use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::call::steps::{Fact, Intent, Step, Steps};
use crate::codec::Live;
use crate::error::{Error, Kind, Operation};
use crate::flight::reentry::{self, FlightId, Ran};
use crate::flight::{Joining, Landed, Notice, Part};
use crate::key::OwnedKey;
use crate::l1::table::Look;
use crate::l2::access::Reach;
use crate::l2::gate::Visit;
use crate::l2::outage::Outage;
use crate::policy::{L1Use, L2Use, Sign, switch};
use crate::time::clock::{self, Tick};
use crate::value::answer::{Source, Story};
use crate::value::follower_copy::Parcel;
use crate::value::returns::{Shape, Split};

/// One call: the table's position and whatever the call holds by now.
pub(crate) struct Call<'a, O, V> {
    steps: Steps,
    scope: Context,
    tiers: &'a Instance<O, V>,
    reach: Reach,
    hash: u64,
    key_bytes: usize,
    /// Given away to the flights' table when the call leads.
    key: Option<OwnedKey<O>>,
    role: Role<'a, O, V>,
    /// When the call stops waiting for leaders, once it has begun to.
    patience: Option<Instant>,
    claim: Option<Claimed>,
    /// The outage that lasted when the call began.
    began: Option<Outage>,
    /// When the fill began: its value's life counts from here.
    born: Tick,
    /// How long the body's value lives from then.
    life: Option<Duration>,
    holding: Holding<V>,
    /// Whether a call inside the body was refused.
    refused: bool,
    /// Whether a change may have come during the fill, so that what is wrong with its value is the
    /// leader's alone.
    overtaken: bool,
    purpose: Purpose,
}

/// What a call is about to return.
enum Holding<V> {
    Nothing,
    /// From this process's own entry.
    Held(V, Story),
    /// From the leader.
    Joined(Landed<V>, Story),
    /// The leader's return value, uncached.
    Shared(Parcel, Story),
    /// From L2, with its bytes, read at that tick.
    Found(Live<V>, Vec<u8>, Tick),
    /// From the body; the bytes are those that L2 accepted.
    Computed(V, Sign, Option<Vec<u8>>),
    /// Why there is none.
    Refusal(Error),
}

impl<'a, O, V> Call<'a, O, V>
where
    O: Eq + Clone,
    V: Clone,
{
    pub(crate) fn new(
        tiers: &'a Instance<O, V>,
        scope: Context,
        reach: Reach,
        (key, key_bytes): (OwnedKey<O>, usize),
        intent: Intent,
    ) -> Self {
        let l2 = if reach.is_local() { L2Use::Off } else { scope.policy.l2 };
        let begin = if switch::is_off() { Steps::off } else { Steps::new };
        Self {
            steps: begin(l2, scope.policy.on_store_error, intent),
            began: reach.outage(),
            scope,
            tiers,
            reach,
            hash: key.hash_value(),
            key_bytes,
            key: Some(key),
            role: Role::Outside,
            patience: None,
            claim: None,
            born: Tick::EARLIEST,
            life: None,
            holding: Holding::Nothing,
            refused: false,
            overtaken: false,
            purpose: Purpose::Answer,
        }
    }

    /// The same for another purpose.
    pub(crate) fn for_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    pub(crate) fn step(&self) -> Step {
        self.steps.step()
    }

    pub(crate) fn advance(&mut self, fact: Fact) -> Step {
        self.steps.advance(fact)
    }

    pub(crate) fn join(&mut self) -> Fact {
        let joining = match self.steps.intent() {
            Intent::Refresh => Joining::Instead,
            Intent::Read if self.steps.restarted() => Joining::Restarted,
            Intent::Read => Joining::Any,
        };
        // The hit path has looked for typed entries, but neither for encoded nor for fallback ones.
        let unseen = self.scope.policy.l1 == L1Use::Encoded || self.began.is_some();
        if joining != Joining::Instead && unseen && self.hold() {
            return Fact::Holds;
        }
        // What an outage left is dropped here, where no lock is held.
        let _ = self.tiers.fallback.of(self.reach.outage());
        loop {
            let (tiers, outage) = (self.tiers, self.reach.outage());
            let caches = self.scope.policy.l1 != L1Use::Off;
            let present = |key: &OwnedKey<O>| caches && tiers.contains(key, outage);
            match tiers.flights.join(self.hash, &mut self.key, joining, present) {
                Part::Leads(lead) => {
                    self.role = Role::Leads(lead);
                    return Fact::Leads;
                }
                Part::Follows(follow) => {
                    self.role = Role::Follows(follow);
                    return Fact::Follows;
                }
                Part::Reenters => return Fact::Reenters,
                Part::Present if self.hold() => return Fact::Holds,
                // It was past its life, and is gone.
                Part::Present => {}
            }
        }
    }

    /// Takes the value from this process's own entry, or from the fallback while L2 is away.
    fn hold(&mut self) -> bool {
        let key = self.key.as_ref().expect("a call that joins still has its key");
        let (tiers, outage, now) = (self.tiers, self.reach.outage(), self.tiers.clock.tick());
        let sealer = tiers.sealer(&self.scope);
        let own = tiers.own.find(key, now, Look::Use, &sealer).map(|held| (held, Source::L1));
        let held = own.or_else(|| {
            let fallback = tiers.fallback.of(outage)?;
            Some((fallback.find(key, now, Look::Use, &sealer)?, Source::Fallback))
        });
        let Some((held, source)) = held else { return false };
        let age = Some(now.since(held.span.born));
        self.holding = Holding::Held(held.value, Story { source, degraded: outage.is_some(), age });
        true
    }

    pub(crate) async fn wait(&mut self) -> Fact {
        let Role::Follows(mut follow) = mem::replace(&mut self.role, Role::Outside) else {
            unreachable!("Wait is issued only after Follows");
        };
        let patience = self.scope.policy.wait;
        let deadline = *self.patience.get_or_insert_with(|| clock::now() + patience);
        if let Some(told) = follow.wait(deadline).await {
            return self.told(told);
        }
        self.tiers.counts.expired_waits.add(1);
        if self.scope.policy.l2 == L2Use::Required {
            self.holding = Holding::Refusal(self.scope.refuse(Kind::Patience, Operation::Get));
            return Fact::Expired;
        }
        match follow.queue().await {
            Notice::Alone(lead) => {
                self.role = Role::Leads(lead);
                Fact::Expired
            }
            told => self.told(told),
        }
    }

    /// Takes what a follower is told.
    fn told(&mut self, told: Notice<'a, OwnedKey<O>, V>) -> Fact {
        match told {
            Notice::Filled { value, story } => {
                self.holding = Holding::Joined(value, story);
                Fact::Filled
            }
            Notice::Shared { returned, story, refused } => {
                if refused {
                    reentry::mark_refusal();
                }
                self.holding = Holding::Shared(returned, story);
                Fact::Shared
            }
            Notice::Refused(error) => {
                reentry::mark_refusal();
                self.holding = Holding::Refusal(error);
                Fact::Refused
            }
            Notice::Handed(lead) => {
                self.role = Role::Leads(lead);
                Fact::Handed
            }
            Notice::Alone(lead) => {
                self.role = Role::Leads(lead);
                Fact::Alone
            }
            Notice::Again => Fact::Again,
        }
    }

    /// The function's identity.
    pub(crate) fn function(&self) -> &'static str {
        self.scope.function()
    }

    /// The body is about to run; returns the flight it is for.
    pub(crate) fn begin(&mut self) -> FlightId {
        if self.claim.is_none() {
            self.born = self.tiers.clock.tick();
        }
        self.role.flight()
    }

    /// Takes the body's return value apart.
    ///
    /// An error or `None` that the body made of a refusal inside it is not the body's own, and
    /// passes by uncached whatever the attribute says. So does a value whose own life is over.
    pub(crate) fn split<S: Shape<Value = V>>(
        &mut self,
        ran: Ran<S::Return>,
        cache_if: Option<fn(&S::Return) -> bool>,
        keep: S::Keep,
    ) -> Split<V, S::Return> {
        self.refused = ran.refused;
        if cache_if.is_some_and(|chosen| !chosen(&ran.returned)) {
            return Split::Pass(ran.returned);
        }
        let (value, sign) = match S::split(ran.returned, keep) {
            Split::Keep(value, sign) => (value, sign),
            pass @ Split::Pass(_) => return pass,
        };
        self.life = self.tiers.measure.life(&self.scope.policy, &value, sign);
        if self.life == Some(Duration::ZERO) || (ran.refused && sign == Sign::Negative) {
            return Split::Pass(S::join(value));
        }
        Split::Keep(value, sign)
    }

    pub(crate) fn hold_computed(&mut self, value: V, sign: Sign) -> Fact {
        self.holding = Holding::Computed(value, sign, None);
        Fact::Kept
    }

    /// Whether the answer must say that L2 had no part in it that should have had one.
    fn degraded(&self) -> bool {
        self.steps.away() || self.reach.outage().is_some()
    }

    fn gate(&self) -> Option<&Visit> {
        self.reach.gate().ok().flatten()
    }
}

//! Performs the steps of one call. Every effect is written once; only `lookup` decides.

mod claimed;
mod finish;
mod remote;

pub(crate) use claimed::Claimed;
pub(crate) use finish::Finish;

use std::sync::Arc;
use std::time::Instant;

use crate::answer::{Source, Story};
use crate::clock::{self, Tick};
use crate::codec::{Expected, Live};
use crate::entry::{Entry, Outage};
use crate::error::{Error, Kind, Operation};
use crate::flight::{Follow, Joining, Landed, Lead, Part, Told};
use crate::frame::Ran;
use crate::key::OwnedKey;
use crate::l2::gate::{Budget, Gate};
use crate::lookup::{Fact, Intent, Lookup, Step};
use crate::policy::{L1Use, L2Use};
use crate::read;
use crate::shape::{Shape, Sign, Split};
use crate::share::Parcel;
use crate::tiers::{Remote, Scope, Tiers};

/// One call: the table's position and whatever the call holds by now.
pub(crate) struct Call<'a, O, V> {
    lookup: Lookup,
    scope: Scope<'a>,
    tiers: &'a Tiers<O, V>,
    reach: Reach,
    hash: u64,
    /// Given away to the flights' table when the call leads.
    key: Option<OwnedKey<O>>,
    lead: Option<Lead<'a, OwnedKey<O>, V>>,
    follow: Option<Follow<'a, OwnedKey<O>, V>>,
    /// When the call stops waiting for leaders, once it has begun to.
    patience: Option<Instant>,
    budget: Option<Budget>,
    claim: Option<Claimed>,
    /// The outage that lasted when the call began.
    began: Option<Outage>,
    /// When the fill began: its value's life counts from here.
    born: Tick,
    holding: Holding<V>,
    error: Option<Error>,
}

/// What a call can reach of L2.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// The function has none.
    Local,
    /// The tier, through its gate.
    Remote(Remote),
    /// The function asks for one and none can be had; this is why.
    Broken(Error),
}

/// The value that a call is about to return.
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
}

impl Reach {
    /// The way to the tier, if the function has one.
    pub(crate) fn gate(&self) -> Result<Option<&Arc<Gate>>, &Error> {
        match self {
            Self::Local => Ok(None),
            Self::Remote(remote) => Ok(Some(&remote.gate)),
            Self::Broken(why) => Err(why),
        }
    }

    /// The outage that lasts, if one does. What cannot be reached at all is away for ever.
    pub(crate) fn outage(&self) -> Option<Outage> {
        match self {
            Self::Local => None,
            Self::Remote(remote) => remote.gate.outage(),
            Self::Broken(_) => Some(Outage::FOR_EVER),
        }
    }
}

impl<'a, O, V> Call<'a, O, V>
where
    O: Eq + Clone,
    V: Clone,
{
    pub(crate) fn new(
        tiers: &'a Tiers<O, V>,
        scope: Scope<'a>,
        reach: Reach,
        key: OwnedKey<O>,
        intent: Intent,
    ) -> Self {
        let budget = match &reach {
            Reach::Remote(remote) => Some(remote.gate.budget()),
            _ => None,
        };
        Self {
            lookup: Lookup::new(scope.policy, intent),
            began: reach.outage(),
            scope,
            tiers,
            reach,
            hash: key.hash_value(),
            key: Some(key),
            lead: None,
            follow: None,
            patience: None,
            budget,
            claim: None,
            born: Tick::EARLIEST,
            holding: Holding::Nothing,
            error: None,
        }
    }

    pub(crate) fn step(&self) -> Step {
        self.lookup.step()
    }

    pub(crate) fn advance(&mut self, fact: Fact) {
        self.lookup.advance(fact);
    }

    pub(crate) fn join(&mut self) -> Fact {
        let joining = match self.lookup.intent() {
            Intent::Refresh => Joining::Instead,
            Intent::Read if self.lookup.restarted() => Joining::Restarted,
            Intent::Read => Joining::Any,
        };
        // The hit path has looked for typed entries, but neither for encoded nor for fallback ones.
        let unseen = self.scope.policy.l1 == L1Use::Encoded || self.began.is_some();
        if joining != Joining::Instead && unseen && self.hold() {
            return Fact::Holds;
        }
        loop {
            let tiers = self.tiers;
            let caches = self.scope.policy.l1 != L1Use::Off;
            let present = |key: &OwnedKey<O>| caches && tiers.contains(key);
            match tiers.flights.join(self.hash, &mut self.key, joining, present) {
                Part::Leads(lead) => {
                    self.lead = Some(lead);
                    return Fact::Leads;
                }
                Part::Follows(follow) => {
                    self.follow = Some(follow);
                    return Fact::Follows;
                }
                Part::Reenters => return Fact::Reenters,
                Part::Present if self.hold() => return Fact::Holds,
                // It was past its life, and is gone.
                Part::Present => {}
            }
        }
    }

    /// Takes the value from this process's own entry; removes an entry that is of no use.
    fn hold(&mut self) -> bool {
        let key = self.key.as_ref().expect("a call that joins still has its key");
        let outage = self.reach.outage();
        let now = self.scope.clock.tick();
        let lives = |entry: &Entry<_>| entry.span.lives_in(now, outage);
        let (value, span) = if let Some(sealed) = &self.tiers.sealed {
            let Some(entry) = sealed.get_owned(key) else { return false };
            let opened =
                if entry.span.lives_in(now, outage) { self.open(&entry.value) } else { None };
            let Some(value) = opened else {
                drop(sealed.take(key, entry.serial));
                return false;
            };
            (value, entry.span)
        } else {
            let Some(entry) = self.tiers.l1.get_owned(key) else { return false };
            if !lives(&entry) {
                drop(self.tiers.l1.take(key, entry.serial));
                return false;
            }
            (entry.value, entry.span)
        };
        let source = if span.outage.is_some() { Source::Fallback } else { Source::L1 };
        let age = Some(now.since(span.born));
        self.holding = Holding::Held(value, Story { source, degraded: outage.is_some(), age });
        true
    }

    /// Opens an encoded entry; L1 keeps its life, so the dates inside are not looked at.
    fn open(&self, bytes: &[u8]) -> Option<V> {
        let wire = self.tiers.wire.as_deref()?;
        let expected = Expected::of_own(self.scope.digest());
        let live = read::open(wire, bytes, &expected, &self.scope, &self.tiers.counts)?;
        Some(live.value)
    }

    pub(crate) async fn wait(&mut self) -> Fact {
        let follow = self.follow.take().expect("Wait is issued only after Follows");
        let patience = self.scope.policy.wait;
        let deadline = *self.patience.get_or_insert_with(|| clock::now() + patience);
        match follow.wait(deadline).await {
            Some(Told::Filled { value, story }) => {
                self.holding = Holding::Joined(value, story);
                Fact::Filled
            }
            Some(Told::Shared { returned, story }) => {
                self.holding = Holding::Shared(returned, story);
                Fact::Shared
            }
            Some(Told::Refused(error)) => {
                self.error = Some(error);
                Fact::Refused
            }
            Some(Told::Handed(lead)) => {
                self.lead = Some(lead);
                Fact::Handed
            }
            Some(Told::Alone(lead)) => {
                self.lead = Some(lead);
                Fact::Alone
            }
            Some(Told::Again) => Fact::Again,
            None => {
                self.tiers.counts.expired_waits.add(1);
                if self.scope.policy.l2 == L2Use::Required {
                    self.error = Some(self.scope.refuse(Kind::Patience, Operation::Get));
                }
                Fact::Expired
            }
        }
    }

    /// The body is about to run; returns the flight it is for.
    pub(crate) fn begin(&mut self) -> usize {
        if self.claim.is_none() {
            self.born = self.scope.clock.tick();
        }
        self.lead.as_ref().map_or(0, Lead::id)
    }

    /// Takes the body's return value apart.
    ///
    /// An error or `None` that the body made of a refusal inside it is not the body's own, and
    /// passes by uncached whatever the attribute says.
    pub(crate) fn split<S: Shape<Value = V>>(
        &self,
        ran: Ran<S::Return>,
        keep: S::Keep,
    ) -> Split<V, S::Return> {
        match S::split(ran.returned, keep) {
            Split::Keep(value, Sign::Negative) if ran.refused => Split::Pass(S::join(value)),
            split => split,
        }
    }

    pub(crate) fn kept(&mut self, value: V, sign: Sign) -> Fact {
        self.holding = Holding::Computed(value, sign, None);
        Fact::Kept
    }

    /// Whether the answer must say that L2 had no part in it that should have had one.
    fn degraded(&self) -> bool {
        self.lookup.away() || self.reach.outage().is_some()
    }

    fn gate(&self) -> Option<&Arc<Gate>> {
        self.reach.gate().ok().flatten()
    }
}

//! Changes of one entry by hand: prime puts a value in its place, update changes the value that is there.

mod handover;
mod prime;

pub(crate) use handover::Handover;

use std::sync::Arc;
use std::time::Duration;

use crate::call::context::Context;
use crate::call::instance::Instance;
use crate::call::protocol::Change;
use crate::call::read::{self, Fetched};
use crate::codec::{Unfit, WireFormat};
use crate::error::{Error, Kind, Operation};
use crate::key::OwnedKey;
use crate::l1::entries::Unkept;
use crate::l1::entry::Span;
use crate::l1::table::{Exchanged, Look};
use crate::l2::Swapped;
use crate::l2::access::{Reach, Remote};
use crate::l2::keys::Names;
use crate::l2::outage::Outage;
use crate::policy::{SHORTEST, Sign};
use crate::random;
use crate::time::{clock, timer};

/// Times an update reads again because others changed the entry meanwhile.
///
/// Every round that one writer loses, another wins: so this many may contend for one key before
/// any of them sees a conflict.
const TRIES: u32 = 128;

/// The longest pause after the first lost round; after each later one it is longer by as much, up to
/// [`LATE`] of them. A random part of it is taken.
///
/// Writers go round in step, and whoever is fastest wins every round: those that lose make room for
/// each other, and outlast a burst of the fastest.
const PAUSE: Duration = Duration::from_micros(200);

/// The lost round from which on pauses grow no longer, so that an update that never wins gives up
/// within a second.
const LATE: u32 = 32;

/// One entry that is being changed.
pub(crate) struct Edit<'a, O, V> {
    pub(crate) tiers: &'a Instance<O, V>,
    pub(crate) scope: &'a Context,
    pub(crate) reach: &'a Reach,
    pub(crate) key: &'a OwnedKey<O>,
    /// The bytes that the key points at.
    pub(crate) key_bytes: usize,
    /// The function's names in L2, if it has one.
    pub(crate) names: Option<Arc<Names>>,
    /// Whether a value counts as negative.
    pub(crate) sign: fn(&V) -> Sign,
}

impl<O: Eq + Clone, V: Clone> Edit<'_, O, V> {
    /// Changes the value that is there; `None` if none is. Whoever polls this makes the change.
    pub(crate) async fn update(&self, hand: &Handover<V>) -> Result<Option<V>, Error> {
        let remote = match self.reach {
            Reach::Remote(remote) => remote.clone(),
            Reach::Local => return self.update_own(hand).await,
            Reach::Broken(error) => return Err(self.scope.broken(Operation::Update, error)),
        };
        let around = Change::unowed(|| self.tiers.revoke(self.key));
        let outcome = self.rounds(remote, hand).await;
        self.tiers.counts.operations.add(("update", outcome.is_ok()));
        drop(around);
        outcome
    }

    async fn rounds(&self, mut remote: Remote, hand: &Handover<V>) -> Result<Option<V>, Error> {
        for lost in 0..TRIES {
            if lost > 0 {
                let longest = PAUSE * lost.min(LATE);
                timer::sleep_until(clock::now() + longest.mul_f64(random::fraction())).await;
            }
            if let Swap::Done(outcome) = self.swap(&mut remote, hand).await? {
                return Ok(outcome);
            }
        }
        Err(self.conflict())
    }

    /// One round of compare-and-swap over the stored bytes.
    async fn swap(&self, remote: &mut Remote, hand: &Handover<V>) -> Result<Swap<V>, Error> {
        let scope = self.scope;
        let fetched = read::fetch(self.tiers, remote, scope).await;
        let found = fetched.map_err(|unread| unread.refuse(scope, Operation::Update))?;
        let Some(Fetched { live, bytes: old }) = found else { return Ok(Swap::Done(None)) };
        let value = hand.changed(live.value).await;
        let sign = (self.sign)(&value);
        let new = self.seal(&value, sign, (live.created, live.expires), Operation::Update)?;
        let Remote { gate, place, budget, .. } = remote;
        let place = &**place;
        let run = gate
            .run(place, budget, "swap", |backend, until| backend.swap(place, &old, &new, until));
        match run.await.map_err(|fault| scope.fault(Operation::Update, fault))? {
            Swapped::Stored => Ok(Swap::Done(Some(value))),
            Swapped::Absent => Ok(Swap::Done(None)),
            Swapped::Changed => Ok(Swap::Again),
        }
    }

    /// The same over this process's own entry: only who changes the same entry is in the way.
    async fn update_own(&self, hand: &Handover<V>) -> Result<Option<V>, Error> {
        let (own, sealer) = (&self.tiers.own, self.tiers.sealer(self.scope));
        for _ in 0..TRIES {
            let now = self.tiers.clock.tick();
            let Some(held) = own.find(self.key, now, Look::Peek, &sealer) else {
                if self.is_absent() {
                    return Ok(None);
                }
                continue;
            };
            let value = hand.changed(held.value).await;
            let sign = (self.sign)(&value);
            let ready = match own.ready(self.key_bytes, &value, None, sign, held.span, &sealer) {
                Ok(ready) => Some(ready),
                Err(Unkept::Unfit) => {
                    return Err(self.scope.refuse(Kind::Serialize, Operation::Update));
                }
                Err(Unkept::Nowhere | Unkept::Heavy) => None,
            };
            let (owned, slot) = (self.key.clone(), held.slot);
            let exchanged = self.alone(|| match ready {
                Some(ready) => Some(own.exchange(owned, slot, ready)),
                None => own.take(slot).map(Exchanged::Old),
            });
            if let Some(Exchanged::Old(_)) = exchanged {
                return Ok(Some(value));
            }
        }
        Err(self.conflict())
    }

    /// Whether the key has no entry, rather than one that another change has in its hands.
    fn is_absent(&self) -> bool {
        let absent = || !self.tiers.own.contains(self.key);
        self.tiers.flights.between(self.key.hash_value(), absent)
    }

    /// Puts a value among this process's own entries, or the fallback's, for the life that begins
    /// now.
    fn put(&self, during: Option<Outage>, value: &V) -> Result<(), Error> {
        let fallback = &self.tiers.fallback;
        let own = match during {
            Some(outage) => fallback.during(outage, &self.scope.policy, self.tiers.measure),
            None => &self.tiers.own,
        };
        let (clock, sealer) = (&self.tiers.clock, self.tiers.sealer(self.scope));
        let sign = (self.sign)(value);
        let span = Span::new(clock, clock.tick(), self.life(value, sign));
        let owned = self.key.clone();
        match own.ready(self.key_bytes, value, None, sign, span, &sealer) {
            Ok(ready) => {
                let slot = ready.slot(owned.hash_value());
                let put = || own.put(owned, ready);
                let put = self.alone(|| match during {
                    Some(outage) => fallback.while_it_lasts(outage, put),
                    None => Ok(put()),
                });
                if put.map(drop).is_ok() {
                    own.charge(self.scope.at.tenant.as_deref(), slot);
                }
            }
            Err(Unkept::Unfit) => return Err(self.scope.refuse(Kind::Serialize, Operation::Set)),
            Err(Unkept::Nowhere | Unkept::Heavy) => {}
        }
        Ok(())
    }

    /// The life of a value that is put by hand: whoever does so wants it kept, if for the shortest
    /// that can be.
    fn life(&self, value: &V, sign: Sign) -> Option<Duration> {
        let life = self.tiers.measure.life(&self.scope.policy, value, sign);
        life.map(|life| life.max(SHORTEST))
    }

    /// Changes the key's entry while no leader can insert one; its flight is detached.
    fn alone<D>(&self, change: impl FnOnce() -> D) -> D {
        let key = self.key;
        self.tiers.flights.change(key.hash_value(), |other| key == other, change)
    }

    fn seal(
        &self,
        value: &V,
        sign: Sign,
        dates: (u64, u64),
        operation: Operation,
    ) -> Result<Vec<u8>, Error> {
        let max_bytes = match self.reach {
            Reach::Remote(remote) => remote.max_bytes,
            _ => usize::MAX,
        };
        let stamp = self.scope.stamp(dates, sign, max_bytes);
        self.wire().encode(value, &stamp).map_err(|unfit| {
            let kind = match &unfit {
                Unfit::TooLarge { .. } | Unfit::TooMuch(_) => Kind::TooLarge,
                Unfit::Codec(_) => Kind::Serialize,
                Unfit::Random => Kind::Unavailable,
            };
            self.scope.refuse_because(kind, operation, unfit)
        })
    }

    fn wire(&self) -> &dyn WireFormat<V> {
        self.tiers.wire.as_deref().expect("a function that stores bytes has a wire format")
    }

    fn conflict(&self) -> Error {
        self.scope.refuse(Kind::Conflict, Operation::Update)
    }
}

/// What came of one round.
enum Swap<V> {
    Done(Option<V>),
    Again,
}

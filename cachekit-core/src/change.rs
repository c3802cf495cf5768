//! Changes of one entry by hand: prime puts a value in its place, update changes the value that is there.

use std::sync::Arc;

use crate::call::Reach;
use crate::codec::{Stamp, Unfit, Wire};
use crate::entry::{Entry, Span};
use crate::error::{Error, Kind, Operation, Reason};
use crate::invalidate::Invalidated;
use crate::key::{KeyPart, Lookup};
use crate::l2::gate::Budget;
use crate::l2::{Stored, Swapped};
use crate::policy::{L1Use, L2Use};
use crate::read::{self, Found};
use crate::shape::Sign;
use crate::tiers::{Remote, Scope, Tiers};

/// Times an update reads again because others changed the entry meanwhile.
///
/// Every round that one writer loses, another wins: so this many may contend for one key before
/// any of them sees a conflict.
const TRIES: usize = 64;

/// One entry that is being changed.
pub(crate) struct Change<'a, O, K, V> {
    pub(crate) tiers: &'a Tiers<O, V>,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) reach: &'a Reach,
    pub(crate) key: &'a Lookup<'a, K>,
    /// Whether a value counts as negative.
    pub(crate) sign: fn(&V) -> Sign,
}

impl<O, K, V> Change<'_, O, K, V>
where
    O: Eq + Clone,
    K: KeyPart<Owned = O>,
    V: Clone,
{
    /// Replaces the entry and revokes fills in flight.
    pub(crate) async fn prime(
        &self,
        value: V,
        owed: impl FnOnce() -> Vec<String>,
    ) -> Result<Invalidated, Error> {
        self.tiers.revoke(self.key);
        let remote = match self.reach {
            Reach::Remote(remote) => remote,
            Reach::Local => {
                self.put(&value, |span| span)?;
                return Ok(Invalidated::LocalOnly);
            }
            Reach::Broken(error) => return Err(self.broken(error, Operation::Set)),
        };
        let created = remote.gate.backend().time().earliest;
        let sign = (self.sign)(&value);
        let expires = self.scope.policy.end(created, sign);
        let bytes = self.seal(&value, sign, created, expires, Operation::Set)?;
        let stored = Stored { bytes: &bytes, expires };
        let (place, mut budget) = (&*remote.place, remote.gate.budget());
        let run = remote
            .gate
            .run(place, &mut budget, "replace", |backend| backend.replace(place, stored));
        let told = run.await;
        self.tiers.counts.operations.add(("set", told.is_ok()));
        self.tiers.revoke(self.key);
        match told {
            Ok(()) => Ok(Invalidated::Done),
            Err(_fault) if self.scope.policy.l2 == L2Use::Preferred => {
                remote.gate.owe(owed(), self.scope.at.tenant.as_deref());
                if let Some(outage) = self.reach.outage() {
                    self.put(&value, |span| span.during(outage))?;
                }
                Ok(Invalidated::Pending)
            }
            Err(fault) => Err(self.scope.fault(Operation::Set, fault)),
        }
    }

    /// Changes the value that is there; `None` if none is.
    pub(crate) async fn update(&self, mut change: impl FnMut(&mut V)) -> Result<Option<V>, Error> {
        let remote = match self.reach {
            Reach::Remote(remote) => remote,
            Reach::Local => return self.update_own(change),
            Reach::Broken(error) => return Err(self.broken(error, Operation::Update)),
        };
        self.tiers.revoke(self.key);
        let outcome = self.rounds(remote, &mut change).await;
        self.tiers.counts.operations.add(("update", outcome.is_ok()));
        self.tiers.revoke(self.key);
        outcome
    }

    async fn rounds(
        &self,
        remote: &Remote,
        change: &mut impl FnMut(&mut V),
    ) -> Result<Option<V>, Error> {
        let mut budget = remote.gate.budget();
        for _ in 0..TRIES {
            if let Swap::Done(outcome) = self.swap(remote, &mut budget, change).await? {
                return Ok(outcome);
            }
        }
        Err(self.conflict())
    }

    /// One round of compare-and-swap over the stored bytes.
    async fn swap(
        &self,
        remote: &Remote,
        budget: &mut Budget,
        change: &mut impl FnMut(&mut V),
    ) -> Result<Swap<V>, Error> {
        let (scope, counts) = (self.scope, &self.tiers.counts);
        let fetched = read::fetch(self.wire(), remote, budget, scope, counts).await;
        let found = fetched.map_err(|fault| scope.fault(Operation::Update, fault))?;
        let Some(Found { live, bytes: old }) = found else { return Ok(Swap::Done(None)) };
        let mut value = live.value;
        change(&mut value);
        let sign = (self.sign)(&value);
        let new = self.seal(&value, sign, live.created, live.expires, Operation::Update)?;
        let place = &*remote.place;
        let run = remote.gate.run(place, budget, "swap", |backend| backend.swap(place, &old, &new));
        match run.await.map_err(|fault| scope.fault(Operation::Update, fault))? {
            Swapped::Stored => Ok(Swap::Done(Some(value))),
            Swapped::Absent => Ok(Swap::Done(None)),
            Swapped::Changed => Ok(Swap::Again),
        }
    }

    /// The same over this process's own entry.
    fn update_own(&self, mut change: impl FnMut(&mut V)) -> Result<Option<V>, Error> {
        for _ in 0..TRIES {
            let now = self.scope.clock.tick();
            let Some((mut value, span, serial)) = self.own(|span| span.lives(now)) else {
                return Ok(None);
            };
            change(&mut value);
            if self.put_if(&value, span, Some(serial))? {
                return Ok(Some(value));
            }
        }
        Err(self.conflict())
    }

    /// This process's own value, its span and its serial.
    fn own(&self, lives: impl FnOnce(&Span) -> bool) -> Option<(V, Span, u64)> {
        if let Some(sealed) = &self.tiers.sealed {
            let entry = sealed.peek(self.key).filter(|entry| lives(&entry.span))?;
            let expected = crate::codec::Expected::of_own(self.scope.digest());
            let counts = &self.tiers.counts;
            let live = read::open(self.wire(), &entry.value, &expected, self.scope, counts)?;
            return Some((live.value, entry.span, entry.serial));
        }
        let entry = self.tiers.l1.peek(self.key).filter(|entry| lives(&entry.span))?;
        Some((entry.value, entry.span, entry.serial))
    }

    /// Puts a new value into L1, for the life that begins now.
    fn put(&self, value: &V, adapt: impl FnOnce(Span) -> Span) -> Result<(), Error> {
        let clock = &self.scope.clock;
        let life = self.scope.policy.life((self.sign)(value));
        let span = adapt(Span::new(clock, clock.tick(), life));
        self.put_if(value, span, None).map(drop)
    }

    /// Puts a value into L1 in place of the entry with that serial, or of any.
    fn put_if(&self, value: &V, span: Span, seen: Option<u64>) -> Result<bool, Error> {
        let (tiers, key) = (self.tiers, self.key);
        let serial = tiers.serial();
        let is = |other: &_| key.names(other);
        match (self.scope.policy.l1, &tiers.sealed) {
            (L1Use::Off, _) => Ok(true),
            (L1Use::Encoded, Some(sealed)) => {
                let sign = (self.sign)(value);
                let bytes = self.seal(value, sign, 0, u64::MAX, Operation::Set)?;
                let (owned, entry) = (key.own(), Entry { value: Arc::from(bytes), span, serial });
                Ok(tiers
                    .flights
                    .change(key.hash_value(), is, || sealed.exchange(key, owned, entry, seen))
                    .is_ok())
            }
            _ => {
                let (owned, entry) = (key.own(), Entry { value: value.clone(), span, serial });
                Ok(tiers
                    .flights
                    .change(key.hash_value(), is, || tiers.l1.exchange(key, owned, entry, seen))
                    .is_ok())
            }
        }
    }

    fn seal(
        &self,
        value: &V,
        sign: Sign,
        created: u64,
        expires: u64,
        operation: Operation,
    ) -> Result<Vec<u8>, Error> {
        let max_bytes = match self.reach {
            Reach::Remote(remote) => remote.max_bytes,
            _ => usize::MAX,
        };
        let compress = self.scope.policy.compress;
        let digest = self.scope.digest();
        let stamp = Stamp { digest, created, expires, sign, compress, max_bytes };
        self.wire().encode(value, &stamp).map_err(|unfit| {
            let kind = match &unfit {
                Unfit::TooLarge { .. } => Kind::TooLarge,
                Unfit::Codec(_) => Kind::Serialize,
            };
            self.scope.refuse_because(kind, operation, unfit)
        })
    }

    fn wire(&self) -> &dyn Wire<V> {
        self.tiers.wire.as_deref().expect("a function that stores bytes has a wire format")
    }

    fn conflict(&self) -> Error {
        self.scope.refuse(Kind::Conflict, Operation::Update)
    }

    fn broken(&self, error: &Error, operation: Operation) -> Error {
        self.scope.refuse_because(Kind::Config, operation, Reason(error.reason()))
    }
}

/// What came of one round.
enum Swap<V> {
    Done(Option<V>),
    Again,
}

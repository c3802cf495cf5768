//! How a call ends: what is kept, what followers get, what the caller gets.

use std::sync::Arc;

use crate::answer::{Source, Story};
use crate::codec::Stamp;
use crate::entry::{Entry, Span};
use crate::error::Error;
use crate::flight::{Landed, Landing};
use crate::lookup::{End, Fact, Followers, Keep};
use crate::policy::L1Use;
use crate::shape::Sign;
use crate::share::{Parcel, Share};

use super::{Call, Claimed, Holding};

/// What the driver hands to the caller.
pub(crate) enum Finish<V> {
    /// A cached value, or one that could have been.
    Value(V, Story),
    /// The leader's return value.
    Shared(Parcel, Story),
    /// The cache's own refusal.
    Refused(Error),
}

impl<O, V> Call<'_, O, V>
where
    O: Eq + Clone,
    V: Clone,
{
    pub(crate) fn finish(mut self, end: End) -> Finish<V> {
        let holding = std::mem::replace(&mut self.holding, Holding::Nothing);
        match (end, holding) {
            (End::Held, Holding::Held(value, story)) => self.answer(value, story),
            (End::Joined, Holding::Joined(value, story)) => self.answer((*value).clone(), story),
            (End::Passed, Holding::Shared(parcel, story)) => {
                self.tiers.counts.answered(story.source);
                Finish::Shared(parcel, story)
            }
            (End::Found { followers }, Holding::Found(live, bytes, read)) => {
                let degraded = self.degraded();
                let story = Story { source: Source::L2, degraded, age: Some(live.age) };
                let span = Span::rest(&self.scope.clock, read, live.age, live.left);
                self.keep(&live.value, Some(bytes), live.sign, Some(span));
                self.land(&live.value, story, followers);
                self.answer(live.value, story)
            }
            (End::Computed { keep, followers }, Holding::Computed(value, sign, bytes)) => {
                let story = self.computed();
                let span = self.span(keep, sign);
                self.keep(&value, bytes, sign, span);
                self.land(&value, story, followers);
                self.answer(value, story)
            }
            (End::Refused, _) => {
                let error = self.error.take().expect("whoever refuses says why");
                if let Some(lead) = self.lead.take() {
                    lead.land(Landing::Refused(error.clone()));
                }
                self.tiers.counts.errors.add(1);
                Finish::Refused(error)
            }
            (end, _) => unreachable!("the call ended with {end:?} and does not hold it"),
        }
    }

    /// Ends the call with the body's own return value, which is not cached.
    ///
    /// Returns the story, and the filler that is still to be taken back.
    pub(crate) fn passed<R>(mut self, returned: &R, share: &Share<R>) -> (Story, Option<Claimed>) {
        self.advance(Fact::Passed);
        let story = self.computed();
        if let Some(mut lead) = self.lead.take() {
            drop(lead.close(|key| key));
            let parcel = lead.is_followed().then(|| share.wrap(returned));
            match parcel {
                Some(Some(returned)) => {
                    lead.land(Landing::Shared { returned, story: retold(story) });
                }
                _ => lead.release(),
            }
        }
        self.tiers.counts.answered(Source::Computed);
        (story, self.claim.take())
    }

    fn answer(&self, value: V, story: Story) -> Finish<V> {
        self.tiers.counts.answered(story.source);
        Finish::Value(value, story)
    }

    fn computed(&self) -> Story {
        Story { source: Source::Computed, degraded: self.degraded(), age: None }
    }

    /// The life of a computed value in L1; `None` where it is kept nowhere.
    fn span(&self, keep: Keep, sign: Sign) -> Option<Span> {
        let life = self.scope.policy.life(sign);
        let span = Span::new(&self.scope.clock, self.born, life);
        match keep {
            Keep::Life => Some(span),
            Keep::Outage => {
                // Between two outages others may have invalidated what this call knew nothing of.
                let now = self.reach.outage()?;
                self.began.is_none_or(|began| began == now).then(|| span.during(now))
            }
            Keep::Nowhere => None,
        }
    }

    /// Closes the flight, and puts the value into L1 unless a revocation came first.
    fn keep(&mut self, value: &V, bytes: Option<Vec<u8>>, sign: Sign, span: Option<Span>) {
        let Some(lead) = &mut self.lead else { return };
        let serial = self.tiers.serial();
        let (tiers, l1) = (self.tiers, self.scope.policy.l1);
        match (l1, span) {
            (L1Use::Typed, Some(span)) => {
                let entry = Entry { value: value.clone(), span, serial };
                drop(lead.close(|key| tiers.l1.put(key, entry)));
            }
            (L1Use::Encoded, Some(span)) => {
                let sealed = bytes.or_else(|| self.scope.seal(tiers, value, sign));
                match (sealed, &tiers.sealed) {
                    (Some(bytes), Some(cache)) => {
                        let entry = Entry { value: Arc::from(bytes), span, serial };
                        drop(lead.close(|key| cache.put(key, entry)));
                    }
                    _ => drop(lead.close(|key| key)),
                }
            }
            (L1Use::Off, _) | (_, None) => drop(lead.close(|key| key)),
        }
    }

    fn land(&mut self, value: &V, story: Story, followers: Followers) {
        let Some(lead) = self.lead.take() else { return };
        if followers == Followers::Again || !lead.is_followed() {
            lead.land(Landing::Again);
            return;
        }
        let value = Landed::new(value.clone());
        lead.land(Landing::Filled { value, story: retold(story), followers });
    }
}

impl crate::tiers::Scope<'_> {
    /// Seals a value for L1 alone, which keeps its life itself.
    fn seal<O, V>(
        &self,
        tiers: &crate::tiers::Tiers<O, V>,
        value: &V,
        sign: Sign,
    ) -> Option<Vec<u8>> {
        let wire = tiers.wire.as_deref()?;
        let stamp = Stamp {
            digest: self.digest(),
            created: 0,
            expires: u64::MAX,
            sign,
            compress: self.policy.compress,
            max_bytes: usize::MAX,
        };
        match wire.encode(value, &stamp) {
            Ok(bytes) => Some(bytes),
            Err(_unfit) => {
                tiers.counts.unfit.add(1);
                None
            }
        }
    }
}

/// A leader's story as its followers tell it.
fn retold(story: Story) -> Story {
    let source = match story.source {
        Source::Computed => Source::Coalesced,
        other => other,
    };
    Story { source, ..story }
}

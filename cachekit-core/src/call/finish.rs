//! The end of a call: what is kept, what followers get, what the caller gets.

use crate::call::steps::{End, Fact, Intent, Retention};
use crate::error::Error;
use crate::flight::{Followers, Landed, Landing, Standing};
use crate::guards::Guard;
use crate::l1::entry::Span;
use crate::l2::outage::Outage;
use crate::observe::trace;
use crate::policy::{L2Use, Sign};
use crate::value::answer::{Source, Story};
use crate::value::follower_copy::{Parcel, Share};

use super::uncached::{self, Shared, Uncached};
use super::{Call, Holding, Role};

/// Whether somebody waits for the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Purpose {
    /// A call, which is a hit, a miss or an error.
    #[default]
    Answer,
    /// An entry for later calls, which is none of them.
    Warm,
}

/// What the driver hands to the caller.
pub(crate) enum Finish<V> {
    /// A cached value, or one that could have been.
    Value(V, Story),
    /// The leader's return value.
    Shared(Parcel, Story),
    /// The cache's own refusal.
    Refused(Error),
}

impl<'a, O, V> Call<'a, O, V>
where
    O: Eq + Clone,
    V: Clone,
{
    pub(crate) fn finish(&mut self, end: End) -> Finish<V> {
        let holding = std::mem::replace(&mut self.holding, Holding::Nothing);
        match (end, holding) {
            (End::Held, Holding::Held(value, story)) => self.answer(value, story),
            (End::Joined, Holding::Joined(value, story)) => self.answer((*value).clone(), story),
            (End::Passed, Holding::Shared(parcel, story)) => {
                self.count(story.source);
                self.trace("uncached", Some(story));
                Finish::Shared(parcel, story)
            }
            (End::Found { followers }, Holding::Found(live, bytes, read)) => {
                let degraded = self.degraded();
                let story = Story { source: Source::L2, degraded, age: Some(live.age) };
                let span = Span::rest(&self.tiers.clock, read, live.age, live.left);
                self.keep(Room::Own, &live.value, Some(bytes), live.sign, span);
                self.land(&live.value, story, followers);
                self.answer(live.value, story)
            }
            (End::Computed { retention, followers }, Holding::Computed(value, sign, bytes)) => {
                let story = self.computed();
                self.keep_computed(retention, &value, bytes, sign);
                self.land(&value, story, followers);
                self.answer(value, story)
            }
            (End::Refused, Holding::Refusal(error)) => {
                if let Some(lead) = self.role.take_lead() {
                    // That L2 does not serve is true of whoever asks; what was wrong with a value
                    // may be mended by a change that came since.
                    let followers = match error.is_of_value() {
                        true if self.overtaken && Guard::ErrorVerdict.holds() => Followers::Again,
                        true => self.steps.takers(),
                        false => Followers::Take,
                    };
                    lead.land(Landing::Refused(error.clone()), followers);
                }
                if self.purpose == Purpose::Answer {
                    self.tiers.counts.errors.add(1);
                }
                self.trace("refused", None);
                Finish::Refused(error)
            }
            (end, _) => unreachable!("the call ended with {end:?} and does not hold it"),
        }
    }

    /// Ends the call with the body's own return value, which is not cached.
    ///
    /// Returns the story, and what is left to do where a filler is still registered.
    pub(crate) fn passed<R>(
        &mut self,
        returned: &R,
        share: &Share<R>,
    ) -> (Story, Option<Uncached<'a, O, V>>) {
        self.advance(Fact::Passed);
        let story = self.computed();
        self.count(Source::Computed);
        self.trace("uncached", Some(story));
        let mut lead = self.role.take_lead();
        let mut shared = None;
        // A flight whose end cannot be shared stays where it is: its followers go on in it.
        if let Some(lead) = lead.as_mut().filter(|_| share.is_possible()) {
            drop(lead.part());
            let parcel = if lead.is_followed() { share.wrap(returned) } else { None };
            let (story, refused) = (retold(story), self.refused);
            let followers = self.hearers();
            shared = parcel.map(|returned| Shared { returned, story, refused, followers });
        }
        match (self.claim.take(), lead) {
            (Some(claim), lead) => (story, Some(Uncached { lead, shared, claim })),
            (None, Some(lead)) => {
                uncached::share(lead, shared);
                (story, None)
            }
            (None, None) => (story, None),
        }
    }

    /// Whom an uncached return value serves.
    fn hearers(&self) -> Followers {
        let required = self.scope.policy.l2 == L2Use::Required;
        // Nobody knows whether an invalidation came first, so it is the leader's alone.
        if required && self.claim.is_none() {
            return Followers::none(Guard::Unconfirmed);
        }
        self.steps.takers()
    }

    fn answer(&self, value: V, story: Story) -> Finish<V> {
        self.count(story.source);
        self.trace("answered", Some(story));
        Finish::Value(value, story)
    }

    /// Tells whoever debugs what came of the call; what nobody asked for is none.
    fn trace(&self, outcome: &str, story: Option<Story>) {
        if trace::is_on() && self.purpose == Purpose::Answer {
            trace::called(&self.scope.at, self.scope.digest.as_ref(), outcome, story);
        }
    }

    /// Counts an answer; what nobody asked for is none.
    fn count(&self, source: Source) {
        match (self.purpose, source) {
            (Purpose::Answer, source) => self.tiers.counts.answered(source),
            (Purpose::Warm, Source::Computed) => self.tiers.counts.warmed.add(1),
            (Purpose::Warm, _) => {}
        }
    }

    fn computed(&self) -> Story {
        Story { source: Source::Computed, degraded: self.degraded(), age: None }
    }

    /// Keeps a value where the table says, for the life that its fill began.
    fn keep_computed(
        &mut self,
        retention: Retention,
        value: &V,
        bytes: Option<Vec<u8>>,
        sign: Sign,
    ) {
        let clock = &self.tiers.clock;
        let born = if Guard::FillBegins.holds() { self.born } else { clock.tick() };
        let span = Span::new(clock, born, self.life);
        let room = match retention {
            Retention::Life => Room::Own,
            // Between two outages others may have invalidated what this call knew nothing of.
            Retention::Outage => match self.reach.outage() {
                Some(now) if self.is_of(now) => Room::Fallback(now),
                None if !Guard::OutageAlone.holds() => Room::Own,
                _ => Room::Nowhere,
            },
            Retention::Nowhere => Room::Nowhere,
        };
        self.keep(room, value, bytes, sign, span);
    }

    /// Whether the call began in this outage, or in none.
    fn is_of(&self, outage: Outage) -> bool {
        let is_other = self.began.is_some_and(|began| began != outage);
        !is_other || !Guard::OneOutage.holds()
    }

    /// Closes the flight, and puts the value into its room unless a revocation came first.
    fn keep(&mut self, room: Room, value: &V, bytes: Option<Vec<u8>>, sign: Sign, span: Span) {
        let tiers = self.tiers;
        if tiers.fills.are_withheld() {
            return self.withhold();
        }
        let sealer = tiers.sealer(&self.scope);
        let own = match room {
            Room::Own => &tiers.own,
            Room::Fallback(outage) => {
                tiers.fallback.during(outage, &self.scope.policy, tiers.measure)
            }
            Room::Nowhere => return self.close(),
        };
        let ready = own.ready(self.key_bytes, value, bytes, sign, span, &sealer);
        let Ok(ready) = ready else { return self.close() };
        let slot = ready.slot(self.hash);
        let Role::Leads(lead) = &mut self.role else { return };
        let is_fresh = lead.is_fresh();
        // What is not put drops outside the locks, whichever of them it met.
        let put = |key| match room {
            Room::Fallback(outage) => {
                tiers.fallback.while_it_lasts(outage, || own.put(key, ready)).map_err(Some)
            }
            _ if is_fresh => Ok(own.add(key, ready)),
            // A leader that was handed the flight of a refresh finds the old entry still there.
            _ => Ok(own.put(key, ready)),
        };
        let is_kept = if self.steps.intent() == Intent::Refresh {
            let mut put = Some(put);
            let replaced = lead.replace(|key, standing| {
                let gone = tiers.remove(&key);
                let put = put.take_if(|_| standing == Standing::Wanted);
                let kept = match put {
                    Some(put) => Ok(put(key)),
                    None => Err(key),
                };
                (gone, kept)
            });
            matches!(replaced, Some((_, Ok(Ok(_)))))
        } else {
            matches!(lead.close(put), Some(Ok(_)))
        };
        if is_kept {
            own.charge(self.scope.at.tenant.as_deref(), slot);
        }
    }

    /// Closes the flight with nothing kept.
    ///
    /// A refresh leaves the old entry to its readers until its value is there, and whatever becomes
    /// of the new value, the old one is not the answer any more.
    fn close(&mut self) {
        let tiers = self.tiers;
        let Role::Leads(lead) = &mut self.role else { return };
        if self.steps.intent() == Intent::Refresh && Guard::RefreshEnds.holds() {
            drop(lead.replace(|key, _| (tiers.remove(&key), key)));
        } else {
            drop(lead.part());
        }
    }

    /// Closes the flight of a fill that is not kept at present: what is there stays as it was, for a
    /// refresh too.
    fn withhold(&mut self) {
        if let Role::Leads(lead) = &mut self.role {
            drop(lead.part());
        }
    }

    fn land(&mut self, value: &V, story: Story, followers: Followers) {
        let Some(lead) = self.role.take_lead() else { return };
        if followers == Followers::Again || !lead.is_followed() {
            return lead.send_away();
        }
        let value = Landed::new(value.clone());
        lead.land(Landing::Filled { value, story: retold(story) }, followers);
    }
}

/// Where a value is kept in this process.
#[derive(Clone, Copy)]
enum Room {
    Own,
    Fallback(Outage),
    Nowhere,
}

/// A leader's story as its followers tell it.
fn retold(story: Story) -> Story {
    let source = match story.source {
        Source::Computed => Source::Coalesced,
        other => other,
    };
    Story { source, ..story }
}

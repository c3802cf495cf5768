//! Decides what a cached call does next. Performs no I/O, reads no clock, knows no mode.
//!
//! A driver asks for the next [`Step`], performs it, and reports the [`Fact`] that came of it.
//! Sync and async functions share this table; they differ only in how they wait.

#[cfg(test)]
mod tests;

use crate::flight::Followers;
use crate::guards::Guard;
use crate::policy::{L2Use, OnStoreError};

/// The one thing the driver must do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Join the key's flight. Answered by `Leads`, `Holds`, `Follows` or `Reenters`.
    Join,
    /// Wait for the flight's leader. Answered by `Filled` to `Expired`.
    Wait,
    /// Read L2. Answered by `Hit`, `Miss`, `Away` or `Tampered`.
    Fetch,
    /// Register as a filler in L2. Answered by `Claimed` or `Away`.
    Claim,
    /// Run the body; issued at most once. Answered by `Kept` or `Passed`.
    Compute,
    /// Store in L2 if the fill is still wanted. Answered by `Stored` to `Withheld` or `Away`.
    Commit,
    /// Return to the caller.
    Done(End),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    /// This call leads the flight.
    Leads,
    /// L1 holds the value by now.
    Holds,
    /// Another call leads.
    Follows,
    /// The call that leads is this call's own caller.
    Reenters,
    /// The leader's value.
    Filled,
    /// The leader's own return value, uncached.
    Shared,
    /// The leader's refusal.
    Refused,
    /// The leader went away, and this call leads in its place.
    Handed,
    /// The leader failed in a way that cannot be shared; this call goes on beside the others.
    Alone,
    /// The leader's value may not serve this call.
    Again,
    /// The call's patience ended, and it goes on by itself.
    Expired,
    /// L2 holds the value.
    Hit,
    /// L2 does not hold it.
    Miss,
    /// L2 could not be asked.
    Away,
    /// L2 holds what somebody else made, and the function wants to hear of it.
    Tampered,
    /// L2 will take this call's value unless an invalidation comes first.
    Claimed,
    /// The body returned something to cache.
    Kept,
    /// The body returned something that is not cached.
    Passed,
    /// L2 holds the value now.
    Stored,
    /// An invalidation came first.
    Lost,
    /// The value is too large to store; no invalidation came.
    TooLarge,
    /// The value does not survive its codec; no invalidation came.
    Unfit,
    /// Nothing is stored at present; no invalidation came.
    Withheld,
}

/// How the call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With the value that L1 held.
    Held,
    /// With the leader's value.
    Joined,
    /// With L2's value.
    Found { followers: Followers },
    /// With the body's value.
    Computed { retention: Retention, followers: Followers },
    /// With a return value that is not cached: the body's, or the leader's.
    Passed,
    /// Without a value.
    Refused,
}

/// Where the body's value is kept in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retention {
    /// In L1, for its life.
    Life,
    /// In L1, for as long as the outage that the call began in lasts.
    Outage,
    /// Nowhere.
    Nowhere,
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Any value that may be served.
    Read,
    /// A new value, in place of what is stored.
    Refresh,
}

/// Times a follower starts over before it runs the body for itself.
///
/// Each means that an invalidation overtook the leader. With fewer, one busy writer would make
/// every reader compute; without a bound, it would keep them from ever answering.
const RESTARTS: u8 = 2;

/// One call in progress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    l2: L2Use,
    on_store_error: OnStoreError,
    intent: Intent,
    next: Step,
    restarts: u8,
    /// The value will be stored nowhere, whatever comes.
    unstored: bool,
    claimed: bool,
    away: bool,
}

impl Steps {
    /// `l2` is off also where the function has one and the process has none on purpose.
    pub(crate) fn new(l2: L2Use, on_store_error: OnStoreError, intent: Intent) -> Self {
        Self {
            l2,
            on_store_error,
            intent,
            next: Step::Join,
            restarts: 0,
            unstored: false,
            claimed: false,
            away: false,
        }
    }

    /// A call while the cache is off: it looks nowhere, joins nobody and stores nothing. Where it
    /// should have asked L2, its answer says that it did not.
    pub(crate) fn off(l2: L2Use, on_store_error: OnStoreError, intent: Intent) -> Self {
        let away = l2 != L2Use::Off;
        Self { next: Step::Compute, unstored: true, away, ..Self::new(l2, on_store_error, intent) }
    }

    pub(crate) fn step(&self) -> Step {
        self.next
    }

    /// Whether a step of this call found L2 away.
    pub(crate) fn away(&self) -> bool {
        self.away
    }

    /// Whether the call has started over, and so began before any read still to be sent.
    pub(crate) fn restarted(&self) -> bool {
        self.restarts > 0
    }

    pub(crate) fn intent(&self) -> Intent {
        self.intent
    }

    /// Records what came of the current step.
    ///
    /// # Panics
    ///
    /// If `fact` does not answer [`Steps::step`]; that is a bug in the driver.
    #[expect(clippy::match_same_arms, reason = "a row each, in the order of the steps")]
    pub(crate) fn advance(&mut self, fact: Fact) -> Step {
        use {Fact as F, Step as S};
        self.away |= fact == F::Away;
        let next = match (self.next, fact) {
            (S::Join, F::Leads) | (S::Wait, F::Handed | F::Alone) => self.begin(),
            (S::Join, F::Holds) => S::Done(End::Held),
            (S::Join, F::Follows) => S::Wait,
            (S::Join, F::Reenters) => self.compute_unstored(),

            (S::Wait, F::Filled) => S::Done(End::Joined),
            (S::Wait, F::Shared) | (S::Compute, F::Passed) => S::Done(End::Passed),
            (S::Wait, F::Refused) => S::Done(End::Refused),
            (S::Wait, F::Again) => self.start_over(),
            (S::Wait, F::Expired) if self.l2 == L2Use::Required => S::Done(End::Refused),
            (S::Wait, F::Expired) => self.compute_unstored(),

            (S::Fetch, F::Hit) => S::Done(End::Found { followers: self.takers() }),
            (S::Fetch, F::Miss) => S::Claim,
            (S::Fetch, F::Tampered) => S::Done(End::Refused),
            // L2 answered the read, so this is a store that fails early.
            (S::Claim, F::Away) if self.returns_unstored() => S::Compute,
            (S::Fetch | S::Claim, F::Away) if self.l2 == L2Use::Required => S::Done(End::Refused),
            (S::Fetch | S::Claim, F::Away) => S::Compute,
            (S::Claim, F::Claimed) => {
                self.claimed = true;
                S::Compute
            }

            (S::Compute, F::Kept) => self.keep(),
            (S::Commit, verdict) => self.settle(verdict),
            (step, fact) => unreachable!("the driver answered {step:?} with {fact:?}"),
        };
        self.next = next;
        next
    }

    /// The first step of a call that leads.
    fn begin(&self) -> Step {
        match (self.l2, self.intent) {
            (L2Use::Off, _) => Step::Compute,
            (_, Intent::Refresh) => Step::Claim,
            (_, Intent::Read) => Step::Fetch,
        }
    }

    fn start_over(&mut self) -> Step {
        self.restarts += 1;
        if self.restarts > RESTARTS { self.compute_unstored() } else { Step::Join }
    }

    fn compute_unstored(&mut self) -> Step {
        self.unstored = true;
        Step::Compute
    }

    /// Whether a call whose store fails at this step may end with a value that L2 does not store: one
    /// that has its value, or a read, which L2 has answered; not a refresh that L2 will not take.
    pub(crate) fn returns_unstored(&self) -> bool {
        let is_near = self.next == Step::Commit || self.intent == Intent::Read;
        is_near && self.on_store_error == OnStoreError::Return
    }

    /// Where the body's value goes next.
    fn keep(&self) -> Step {
        if self.claimed {
            return Step::Commit;
        }
        if self.away && self.l2 == L2Use::Required {
            // Nobody knows whether an invalidation came first, so the value is the leader's alone.
            return Step::Done(End::Computed {
                retention: Retention::Nowhere,
                followers: Followers::none(Guard::Unconfirmed),
            });
        }
        let retention = if self.unstored {
            Retention::Nowhere
        } else if self.away {
            Retention::Outage
        } else {
            Retention::Life
        };
        Step::Done(End::Computed { retention, followers: Followers::Take })
    }

    /// How the call ends after L2's verdict.
    fn settle(&self, verdict: Fact) -> Step {
        let computed = |retention, followers| Step::Done(End::Computed { retention, followers });
        let required = self.l2 == L2Use::Required;
        match verdict {
            Fact::Stored => computed(Retention::Life, self.takers()),
            Fact::Lost if !Guard::LostUnkept.holds() => computed(Retention::Life, Followers::Again),
            Fact::Lost => computed(Retention::Nowhere, Followers::none(Guard::LostRestarts)),
            Fact::TooLarge | Fact::Withheld => computed(Retention::Nowhere, self.takers()),
            Fact::Unfit if required => Step::Done(End::Refused),
            Fact::Unfit => computed(Retention::Nowhere, Followers::Take),
            Fact::Away if required && self.on_store_error == OnStoreError::Raise => {
                Step::Done(End::Refused)
            }
            // Nobody knows whether an invalidation came first, so the value is the leader's alone.
            Fact::Away if required => {
                computed(Retention::Nowhere, Followers::none(Guard::Unconfirmed))
            }
            Fact::Away => computed(Retention::Outage, Followers::Take),
            fact => unreachable!("the driver answered Commit with {fact:?}"),
        }
    }

    /// Whom the outcome of an operation on L2 serves.
    ///
    /// Where L2 is the authority, an invalidation may be acknowledged between the server's
    /// obeying an operation and its answer: the outcome must not answer a call that began after it.
    pub(crate) fn takers(&self) -> Followers {
        if self.l2 == L2Use::Required { Followers::Early } else { Followers::Take }
    }
}

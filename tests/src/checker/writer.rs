//! The one writer of a key: raises its row and makes a change of it, plainly, given up, or beside others.

use std::sync::Arc;
use std::time::Duration;

use super::crew::{Fate, Leash, Working};
use super::dice::Dice;
use super::drive::Stage;
use super::rule::{Outcome, Reach, What};

/// Every change but an update, which needs to know what is there.
const BLIND: [What; 5] = [What::Invalidate, What::Tenant, What::All, What::Prime, What::Refresh];

/// Refreshes that a writer leaves running at a time.
const DETACHED: usize = 2;

/// The writer of a key.
pub(super) struct Writer {
    pub(super) stage: Arc<Stage>,
    pub(super) key: u64,
    pub(super) dice: Dice,
}

impl Writer {
    /// Changes the key until the run is over.
    pub(super) async fn write(mut self) {
        let mut detached: Vec<Working<Outcome>> = Vec::new();
        while self.stage.goes_on() {
            match self.dice.below(16) {
                0..=4 => self.plain().await,
                5..=8 => self.given_up().await,
                9..=10 => self.beside_others().await,
                11..=12 => {
                    if detached.len() == DETACHED {
                        detached.remove(0).ended().await;
                    }
                    detached.push(self.detached());
                }
                _ => self.update().await,
            }
            tokio::time::sleep(Duration::from_micros(self.dice.below(2_500))).await;
        }
        for working in detached {
            working.ended().await;
        }
    }

    /// A change that is seen to its end.
    async fn plain(&mut self) {
        self.stage.record.raise(self.key, 1);
        let (node, what) = (self.node(), self.dice.pick(&BLIND));
        self.stage.perform(node, self.key, what, Leash::Free).await;
    }

    /// A change whose caller may give up.
    async fn given_up(&mut self) {
        self.stage.record.raise(self.key, 1);
        let (node, what) = (self.node(), self.dice.pick(&BLIND));
        let leash = self.leash();
        self.stage.perform(node, self.key, what, leash).await;
    }

    /// Several changes of one row at once, at most one of them a prime: two could come to pass in
    /// either order, and one that was given up at any time.
    async fn beside_others(&mut self) {
        self.stage.record.raise(self.key, 1);
        let mut working = Vec::new();
        let mut primes = false;
        for _ in 0..2 + self.dice.below(2) {
            let mut what = self.dice.pick(&BLIND);
            if primes && what == What::Prime {
                what = What::Refresh;
            }
            primes |= what == What::Prime;
            let (node, leash) = (self.node(), self.leash());
            working.push(self.start(node, what, leash));
        }
        for change in working {
            change.ended().await;
        }
    }

    /// A refresh that the writer's next changes overtake.
    fn detached(&mut self) -> Working<Outcome> {
        let (node, leash) = (self.node(), self.leash());
        self.start(node, What::Refresh, leash)
    }

    /// One to four updates at once, each a step: none may be lost.
    ///
    /// Their base is known, or fewer steps than there were could look like one that was lost.
    async fn update(&mut self) {
        let record = Arc::clone(&self.stage.record);
        if !record.is_confirmed(self.key) {
            return self.plain().await;
        }
        let steps = 1 + self.dice.below(4);
        record.raise(self.key, steps);
        let (node, row) = (self.node(), record.truth(self.key));
        let change = record.change(node, self.key, What::Update);
        let mut working = Vec::new();
        for _ in 0..steps {
            // A degraded node promises its own calls alone.
            let node = if record.reach() == Reach::Everyone { self.node() } else { node };
            let subject = self.stage.setup.nodes[node];
            record.step(&change, node);
            let step = subject.change(What::Update, self.key, row);
            working.push(self.stage.setup.crew.start(step));
        }
        let mut all = Outcome::Confirmed;
        for step in working {
            if step.ended().await != Some(Outcome::Confirmed) {
                all = Outcome::Unknown;
            }
        }
        record.ended(&change, all);
    }

    fn start(&self, node: usize, what: What, leash: Leash) -> Working<Outcome> {
        let (stage, key) = (Arc::clone(&self.stage), self.key);
        self.stage.setup.crew.start(async move { stage.perform(node, key, what, leash).await })
    }

    /// A node that may make the next change.
    fn node(&mut self) -> usize {
        let nodes = u64::try_from(self.stage.setup.nodes.len()).unwrap_or(1);
        let any = usize::try_from(self.dice.below(nodes)).unwrap_or_default();
        self.stage.record.bound_to(self.key).unwrap_or(any)
    }

    fn leash(&mut self) -> Leash {
        if self.dice.one_in(2) {
            Leash::any(self.stage.setup.crew, &mut self.dice)
        } else {
            Leash::Free
        }
    }
}

impl Stage {
    /// A change, recorded from its beginning to its end.
    async fn perform(&self, node: usize, key: u64, what: What, leash: Leash) -> Outcome {
        let change = self.record.change(node, key, what);
        let operation = self.setup.nodes[node].change(what, key, self.record.truth(key));
        let outcome = match leash.hold(operation).await {
            Fate::Ended(outcome) => outcome,
            Fate::Dropped => Outcome::GivenUp,
            Fate::Unbegun => Outcome::Unknown,
        };
        self.record.ended(&change, outcome);
        outcome
    }
}

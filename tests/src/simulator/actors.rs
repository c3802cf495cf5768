//! Callers and writers: what they do on the nodes, and what the record and the rules hear of it.

use std::sync::Arc;

use cachekit::testing::{World, sleep};
use cachekit::{Answer, Mode};

use super::leash::{Ended, Fate, begin, perform};
use super::plan::{Change, Plan, Pull, Step};
use super::rules;
use super::stage::Stage;
use super::subject::{Row, Subject};
use crate::checker::{Ask, Heard, Later, Outcome, Seen, Trouble, What};

/// What the actors of a run act on.
pub(super) struct Theatre {
    pub(super) stage: Arc<Stage>,
    pub(super) plan: Arc<Plan>,
    pub(super) nodes: Vec<World>,
}

impl Theatre {
    pub(super) fn subject(&self, node: usize) -> &'static dyn Subject {
        self.plan.kind.builds[self.plan.nodes[node]]
    }

    fn heard(&self) -> Heard<'_> {
        Heard::new(&self.stage.record, rules::is_explained)
    }

    /// One call after another, on one node.
    pub(super) async fn call(&self, node: usize, steps: &[Step]) {
        for step in steps {
            sleep(step.pause).await;
            self.ask(node, step).await;
        }
    }

    async fn ask(&self, node: usize, step: &Step) {
        let (stage, key, subject) = (&self.stage, step.key, self.subject(node));
        let call = stage.record.call(node, key);
        let asked: Later<Result<Answered, Trouble>> = match step.how {
            Ask::Call => map(subject.call(node, key), |row| Answered::Row(Some(row))),
            Ask::Detailed => map(subject.detailed(node, key, false), Answered::Told),
            Ask::Peek => {
                let peeked = subject.peek(key);
                Box::pin(async move { peeked.await.map(Answered::Row).map_err(Trouble::from) })
            }
        };
        let began = stage.now();
        let fate = perform(&self.nodes[node], step.leash, asked).await;
        stage.tell(|| format!("node {node}: {:?} of {key} comes to {fate:?}", step.how));
        rules::fated(stage, &fate);
        let Fate::Ended(answered) = fate else {
            stage.record.tally.dropped.again();
            return;
        };
        if step.how != Ask::Peek {
            stage.called(node);
        }
        match &answered {
            Ok(answered) => rules::answered(self, node, key, began, answered),
            Err(Trouble::Cache(error)) if error.is_serialize() => {
                let is_unfit = |row| self.plan.moods.is_unfit(row);
                stage.record.refused_of_value(&call, is_unfit);
            }
            Err(_) => {}
        }
        let seen = self.heard().seen(answered.map(|answered| answered.row()));
        stage.mix([2, node as u64, key, fingerprint(seen)]);
        stage.record.answered(&call, seen);
    }

    /// One change after another, of one key.
    pub(super) async fn write(&self, key: u64, changes: &[Change]) {
        for change in changes {
            sleep(change.pause).await;
            if change.all.iter().any(|(_, what, _)| *what == What::Update) {
                self.update(key, change).await;
            } else {
                self.change(key, change).await;
            }
        }
    }

    async fn change(&self, key: u64, change: &Change) {
        let record = &self.stage.record;
        record.raise(key, change.by);
        let mut begun = Vec::new();
        for (node, what, pull) in &change.all {
            // What a dropped prime still brings could undo another node's change.
            let node = record.bound_to(key).unwrap_or(*node);
            let row = record.truth(key);
            let noted = record.change(node, key, *what);
            let made = self.make(node, *what, key);
            begun.push((node, *what, row, noted, begin(&self.nodes[node], *pull, made)));
        }
        if change.detached {
            // Nothing is promised by what nobody waits for.
            for (_, _, _, noted, _) in &begun {
                record.ended(noted, Outcome::Unknown);
            }
            return;
        }
        for (node, what, row, noted, ended) in begun {
            let fate = ended.await;
            self.stage.tell(|| format!("node {node}: {what:?} of {key} comes to {fate:?}"));
            rules::fated(&self.stage, &fate);
            let outcome = match fate {
                Fate::Ended(outcome) => outcome,
                Fate::Dropped => Outcome::GivenUp,
                Fate::Panicked(_) => Outcome::Unknown,
            };
            self.stage.mix([3, node as u64, key, matches!(outcome, Outcome::Confirmed).into()]);
            record.ended(&noted, outcome);
            if outcome == Outcome::Confirmed {
                self.stage.confirmed(key, row);
            }
        }
    }

    /// Updates of one row at once, each a step, where it is known what they begin with.
    async fn update(&self, key: u64, change: &Change) {
        let record = &self.stage.record;
        if !record.is_confirmed(key) {
            let all = vec![(change.all[0].0, What::Invalidate, Pull::Free)];
            return self.change(key, &Change { all, ..change.clone() }).await;
        }
        record.raise(key, change.by);
        let (row, first) = (record.truth(key), change.all[0].0);
        let noted = record.change(first, key, What::Update);
        let mut begun: Vec<Ended<Outcome>> = Vec::new();
        for (node, _, _) in &change.all {
            // A degraded node promises its own calls alone.
            let node = if self.plan.kind.mode == Mode::Strict { *node } else { first };
            // Builds have values of their own.
            let node = if self.plan.nodes[node] == self.plan.nodes[first] { node } else { first };
            record.step(&noted, node);
            let (updated, stage) = (self.subject(node).update(key, row), Arc::clone(&self.stage));
            begun.push(begin(&self.nodes[node], Pull::Free, async move {
                let updated = updated.await;
                Heard::new(&stage.record, rules::is_explained).updated(updated)
            }));
        }
        let mut all = Outcome::Confirmed;
        for ended in begun {
            if ended.await != Fate::Ended(Outcome::Confirmed) {
                all = Outcome::Unknown;
            }
        }
        self.stage.tell(|| format!("updates of {key} to row {row} come to {all:?}"));
        record.ended(&noted, all);
    }

    fn make(&self, node: usize, what: What, key: u64) -> Later<Outcome> {
        let (subject, stage) = (self.subject(node), Arc::clone(&self.stage));
        let row = Row::by_hand(stage.record.truth(key));
        let kind = self.plan.kind;
        let is_silent = kind.mode == Mode::Degraded || kind.returns_unstored();
        Box::pin(async move {
            let heard = Heard::new(&stage.record, rules::is_explained);
            match what {
                What::Prime => heard.told(subject.prime(key, row).await),
                What::Refresh if is_silent || row.number.is_multiple_of(2) => {
                    let done = subject.detailed(node, key, true).await;
                    heard.refreshed(done.map(|told| (told.value.number, told.degraded)))
                }
                What::Refresh => {
                    let done = subject.refresh(node, key).await;
                    heard.refreshed(done.map(|row| (row.number, false)))
                }
                _ => heard.told(subject.invalidate(what, key).await),
            }
        })
    }
}

/// What a call answered.
#[derive(Debug)]
pub(super) enum Answered {
    Row(Option<Row>),
    Told(Answer<Row>),
}

impl Answered {
    pub(super) fn row(&self) -> Option<u64> {
        match self {
            Self::Row(row) => row.as_ref().map(|row| row.number),
            Self::Told(told) => Some(told.value.number),
        }
    }
}

fn map<T: 'static>(
    asked: Later<Result<T, Trouble>>,
    into: impl FnOnce(T) -> Answered + Send + 'static,
) -> Later<Result<Answered, Trouble>> {
    Box::pin(async move { asked.await.map(into) })
}

fn fingerprint(seen: Seen) -> u64 {
    match seen {
        Seen::Row(row) => row << 2,
        Seen::Failed(row) => row << 2 | 1,
        Seen::Nothing => 2,
        Seen::Refused => 3,
    }
}

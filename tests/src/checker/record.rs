//! The recorder: operations as they begin and end, held to the rule as they end.
//!
//! Each key has a truth, the row that its writer raised last, and floors: the oldest row that a
//! call which starts now may see. A call remembers the floor that stood when it began, so an
//! answer below it is older than a change that had been promised by then, whatever the order of
//! threads. What drives the operations is somebody else's: threads, tasks, or a simulator.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::floor::{Floor, Rising};
use super::history::{History, Said};
use super::rule::{Outcome, Promise, Reach, Seen, What, promise};
use super::tally::Tally;
use super::verdicts::Verdicts;

/// The history of a few keys on a few nodes.
#[derive(Debug)]
pub struct Record {
    seed: u64,
    reach: Reach,
    tenants: u64,
    keys: Vec<Key>,
    clock: AtomicU64,
    /// What was counted.
    pub tally: Tally,
    verdicts: Verdicts,
}

#[derive(Debug)]
struct Key {
    truth: AtomicU64,
    everyone: Rising,
    nodes: Vec<Rising>,
    /// The floor that was broken last, so that one case is told once.
    broken: Rising,
    /// The newest row whose change L2 confirmed, to whomever.
    confirmed: AtomicU64,
    /// One more than the node that put an older row and was not told whether it is there; zero for
    /// none. It may arrive whenever it likes, until the same node has a later change confirmed.
    unsettled: AtomicUsize,
    history: History,
}

/// A call that has begun; one that is dropped is asked nothing.
#[derive(Debug)]
pub struct Call {
    node: usize,
    key: u64,
    floor: Floor,
    at: u64,
}

/// A change that has begun.
#[derive(Debug)]
pub struct Change {
    node: usize,
    key: u64,
    what: What,
    at: u64,
    /// The rows that were true when it began, of every key that it concerns.
    rows: Vec<(u64, u64)>,
    settles: bool,
}

impl Record {
    /// A record of `keys` keys of `tenants` tenants, seen from `nodes` nodes.
    ///
    /// The seed is only told.
    pub fn new(seed: u64, reach: Reach, nodes: usize, keys: u64, tenants: u64) -> Self {
        let key = |_| Key {
            truth: AtomicU64::new(1),
            everyone: Rising::default(),
            nodes: (0..nodes).map(|_| Rising::default()).collect(),
            broken: Rising::default(),
            confirmed: AtomicU64::new(0),
            unsettled: AtomicUsize::new(0),
            history: History::default(),
        };
        Self {
            seed,
            reach,
            tenants,
            keys: (0..keys).map(key).collect(),
            clock: AtomicU64::new(0),
            tally: Tally::default(),
            verdicts: Verdicts::default(),
        }
    }

    fn key(&self, key: u64) -> &Key {
        &self.keys[usize::try_from(key).unwrap_or(usize::MAX)]
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, SeqCst)
    }

    /// How many keys there are.
    pub fn keys(&self) -> u64 {
        u64::try_from(self.keys.len()).unwrap_or(u64::MAX)
    }

    /// Whom a confirmed change reaches.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The row that is true now; zero for keys that nobody writes.
    pub fn truth(&self, key: u64) -> u64 {
        if key < self.keys() { self.key(key).truth.load(SeqCst) } else { 0 }
    }

    /// The key's writer raises the row.
    pub fn raise(&self, key: u64, by: u64) {
        let row = self.key(key).truth.fetch_add(by, SeqCst) + by;
        self.key(key).history.note(self.tick(), Said::Raised { row });
    }

    /// A body has read the row; `fate` says what will come of it.
    pub fn ran(&self, node: usize, key: u64, row: u64, fate: &'static str) {
        if key < self.keys() {
            self.key(key).history.note(self.tick(), Said::Ran { node, row, fate });
        }
    }

    /// The one node that may make the key's next change, if another's might be undone by what a
    /// dropped prime still brings.
    pub fn bound_to(&self, key: u64) -> Option<usize> {
        self.key(key).unsettled.load(SeqCst).checked_sub(1)
    }

    /// Whether L2 is known to hold the truth of a key, or nothing of it.
    pub fn is_confirmed(&self, key: u64) -> bool {
        let key_of = self.key(key);
        key_of.confirmed.load(SeqCst) == self.truth(key) && self.bound_to(key).is_none()
    }

    /// A call begins on a node.
    pub fn call(&self, node: usize, key: u64) -> Call {
        let own = self.key(key);
        let floor = own.everyone.get().max(own.nodes[node].get());
        let at = self.tick();
        own.history.note(at, Said::Asked { node, floor: floor.row() });
        Call { node, key, floor, at }
    }

    /// A call of a node that everything was told to and settled with, and whose L1 cannot answer.
    pub fn last_call(&self, node: usize, key: u64) -> Call {
        let own = self.key(key);
        let promised = own.nodes.iter().map(Rising::get).max().unwrap_or_default();
        let begun = self.call(node, key);
        Call { floor: begun.floor.max(promised), ..begun }
    }

    /// A call ends.
    pub fn answered(&self, call: &Call, seen: Seen) {
        let own = self.key(call.key);
        let at = self.tick();
        own.history.note(at, Said::Answered { node: call.node, seen, begun: call.at });
        let truth = self.truth(call.key);
        self.tally.answered(seen, truth);
        let Some(row) = seen.row() else { return };
        if row < call.floor.row() {
            let why = format!("saw row {row} and had to see {} or newer", call.floor.row());
            let is_new = own.broken.replace(call.floor);
            let sort = format!("an older row on node {} after {}", call.node, call.floor.cause());
            let tell = || self.case(call.node, call.key, at, &why);
            self.verdicts.broken(sort, is_new, tell);
        } else if row > truth {
            let why = format!("saw row {row}, which never was true");
            let tell = || self.case(call.node, call.key, at, &why);
            self.verdicts.broken("a row that never was true".to_owned(), true, tell);
        }
    }

    /// A call was refused because of the value that its row makes; `is_so` says which rows do.
    ///
    /// It must be of a row that the call may see.
    pub fn refused_of_value(&self, call: &Call, is_so: impl Fn(u64) -> bool) {
        let (least, truth) = (call.floor.row(), self.truth(call.key));
        if !(least..=truth).any(is_so) {
            let at = self.tick();
            let why = format!("was refused because of a row older than {least}");
            let tell = || self.case(call.node, call.key, at, &why);
            self.verdicts.broken("a refusal because of an older row".to_owned(), true, tell);
        }
    }

    /// A writer's change begins on a node.
    pub fn change(&self, node: usize, key: u64, what: What) -> Change {
        let at = self.tick();
        let settles = self.bound_to(key) == Some(node);
        let concerned = (0..self.keys()).filter(|other| what.concerns(key, *other, self.tenants));
        let standing = |other: u64| {
            // In this order: a row that was raised after a prime was given up shows it.
            let row = self.truth(other);
            let bound = self.bound_to(other);
            let holds = bound.is_none() || (other == key && bound == Some(node));
            holds.then_some((other, row))
        };
        let rows: Vec<_> = concerned.filter_map(standing).collect();
        for (other, row) in &rows {
            self.key(*other).history.note(at, Said::Begun { node, what, row: *row });
        }
        Change { node, key, what, at, rows, settles }
    }

    /// One of the updates of a change that are made at once begins, on whatever node.
    pub fn step(&self, change: &Change, node: usize) {
        self.key(change.key).history.note(self.tick(), Said::Step { node });
    }

    /// A writer's change ends, or is given up.
    pub fn ended(&self, change: &Change, outcome: Outcome) {
        let Change { node, key, what, .. } = *change;
        let own = self.key(key);
        let at = self.tick();
        for (other, row) in &change.rows {
            let ended = Said::Ended { node, what, row: *row, outcome, begun: change.at };
            self.key(*other).history.note(at, ended);
        }
        let begun_with = change.rows.iter().find(|(other, _)| *other == key);
        let row = begun_with.map_or(0, |(_, row)| *row);
        self.tally.changed(what, outcome);
        if let Outcome::Put(put) = outcome
            && (put < row || put > self.truth(key))
        {
            let why = format!("a refresh that began with row {row} put row {put}");
            let tell = || self.case(node, key, at, &why);
            self.verdicts.broken("a refresh that put another row".to_owned(), true, tell);
        }
        let lost = what == What::Prime && matches!(outcome, Outcome::Owed | Outcome::GivenUp);
        if lost {
            own.unsettled.store(node + 1, SeqCst);
        }
        self.promised(change, outcome);
        if change.settles && matches!(outcome, Outcome::Confirmed | Outcome::Put(_)) {
            own.unsettled.store(0, SeqCst);
        }
    }

    /// Raises the floors of what a change promises.
    fn promised(&self, change: &Change, outcome: Outcome) {
        let promise = promise(self.reach, change.what, outcome);
        if promise == Promise::Nobody {
            return;
        }
        let mut rows = change.rows.clone();
        if let Outcome::Put(put) = outcome {
            let bound = self.bound_to(change.key);
            let holds = bound.is_none_or(|node| node == change.node);
            rows = if holds { vec![(change.key, put)] } else { Vec::new() };
        }
        for (key, row) in rows {
            let own = self.key(key);
            if matches!(outcome, Outcome::Confirmed | Outcome::Put(_)) {
                own.confirmed.fetch_max(row, SeqCst);
            }
            let floor = Floor::new(row, change.what, outcome, change.node);
            match promise {
                Promise::Everyone => own.everyone.raise(floor),
                _ => own.nodes[change.node].raise(floor),
            }
        }
    }

    /// Something happened that is no matter of rows and must not.
    pub fn odd(&self, what: &str) {
        self.verdicts.broken(what.to_owned(), true, || format!("{what} (seed {})", self.seed));
    }

    /// A case, with what happened to its key.
    fn case(&self, node: usize, key: u64, at: u64, why: &str) -> String {
        let told = self.key(key).history.told(at);
        format!("key {key}, node {node}: at {at} {why} (seed {})\n{told}", self.seed)
    }

    /// How many answers broke the rule.
    pub fn violations(&self) -> usize {
        self.verdicts.count()
    }

    /// The first cases, with what happened to their keys.
    pub fn told(&self) -> Vec<String> {
        self.verdicts.told()
    }

    /// What broke the rule, as a text of a few lines a case.
    pub fn verdict(&self) -> String {
        self.verdicts.to_string()
    }
}

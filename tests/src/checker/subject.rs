//! What is checked: one cached function on one node, and the row that its body reads.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cachekit::{Error, Fingerprint, Function, Mode, Runtime, Source};
use serde::{Deserialize, Serialize};

use super::dice::Dice;
use super::heard::Heard;
use super::record::Record;
use super::rule::{Outcome, Seen, What};
use crate::patience::work_for;
use crate::world::Slot;

/// Something that a driver awaits.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// How a caller asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// By a call.
    Call,
    /// By a call that tells its story.
    Detailed,
    /// By a look that runs no body.
    Peek,
}

/// One cached function on one node. Its future is ready at once where the function blocks.
pub trait Subject: Sync + fmt::Debug {
    /// What the function stands on.
    fn ground(&self) -> &'static Ground;
    /// The function itself.
    fn function(&self) -> Function;
    /// Asks for a key's row.
    fn ask(&self, how: Ask, key: u64) -> Later<Seen>;
    /// Makes a change of a key's entry to `row`.
    fn change(&self, what: What, key: u64, row: u64) -> Later<Outcome>;
    /// Asks for a key's row, and where the answer is from; a failure is from nowhere.
    fn told(&self, key: u64) -> Later<(Seen, Option<Source>)>;
}

/// Bytes that make a value too large for the runtimes of a run.
pub(super) const BULK: usize = 4_096;

/// A value: the row that its writer read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Fingerprint)]
pub struct Row {
    pub(super) number: u64,
    bulk: Vec<u8>,
}

impl Row {
    /// A small one.
    pub fn new(number: u64) -> Self {
        Self { number, bulk: Vec::new() }
    }

    /// One more, up to the truth: as many steps as there were lead to `last`, fewer do not.
    pub fn step(&mut self, last: u64) {
        self.number = (self.number + 1).min(last);
    }
}

/// What the checked functions fail with.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The body's own failure, after it had read this row.
    Own(u64),
    /// The cache's refusal.
    Cache(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Cache(error)
    }
}

/// What one cached function on one node stands on: its runtime, and the rows that are true.
#[derive(Debug, Default)]
pub struct Ground {
    runtime: Slot,
    rows: OnceLock<Rows>,
}

#[derive(Debug)]
struct Rows {
    record: Arc<Record>,
    node: usize,
    mode: Mode,
    /// Bodies so far, of which each takes its mood from the seed.
    ran: AtomicU64,
    seed: u64,
}

/// How a body behaves.
#[derive(Debug, Clone, Copy)]
struct Mood {
    pause: Duration,
    fails: bool,
    bulky: bool,
}

/// What makes a [`Ground`].
#[derive(Debug)]
pub(super) struct Footing {
    pub(super) runtime: Runtime,
    pub(super) record: Arc<Record>,
    pub(super) node: usize,
    pub(super) mode: Mode,
    pub(super) seed: u64,
}

impl Ground {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { runtime: Slot::new(), rows: OnceLock::new() }
    }

    /// Gives the function what it stands on, once a process.
    pub(super) fn set(&self, footing: Footing) {
        let Footing { runtime, record, node, mode, seed } = footing;
        let rows = Rows { record, node, mode, ran: AtomicU64::new(0), seed };
        assert!(self.rows.set(rows).is_ok(), "a set-up runs once in a process");
        self.runtime.set(runtime);
    }

    fn rows(&self) -> &Rows {
        self.rows.get().expect("a run gives its functions what they stand on")
    }

    /// Whether a refresh that returns a value has replaced the entry, without a story that says so.
    pub fn refreshes_or_fails(&self) -> bool {
        self.rows().mode != Mode::Degraded
    }

    /// A body that blocks.
    pub fn work(&self, key: u64, forced: bool) -> Result<Row, Trouble> {
        let (row, mood) = self.read(key, forced);
        if !mood.pause.is_zero() {
            work_for(mood.pause);
        }
        mood.end(row)
    }

    /// A body that is awaited.
    pub async fn wait(&self, key: u64, forced: bool) -> Result<Row, Trouble> {
        let (row, mood) = self.read(key, forced);
        if !mood.pause.is_zero() {
            tokio::time::sleep(mood.pause).await;
        }
        mood.end(row)
    }

    /// The row is read first, so that whatever comes during the pause makes it old.
    fn read(&self, key: u64, forced: bool) -> (u64, Mood) {
        let rows = self.rows();
        let row = rows.record.truth(key);
        let mut dice = Dice::new(rows.seed ^ rows.ran.fetch_add(1, Ordering::Relaxed));
        let (slow, fails) = if forced { (2, 6) } else { (4, 16) };
        let pause = if dice.one_in(slow) { dice.below(3_000) } else { 0 };
        let mood = Mood {
            pause: Duration::from_micros(pause),
            fails: key < rows.record.keys() && dice.one_in(fails),
            bulky: dice.one_in(32),
        };
        let fate = match mood {
            Mood { fails: true, .. } => "fails",
            Mood { bulky: true, .. } => "returns what is too large to store",
            _ => "returns it",
        };
        rows.record.ran(rows.node, key, row, fate);
        (row, mood)
    }

    /// What comes of operations, for the record.
    pub fn heard(&self) -> Heard<'_> {
        // The cache refuses for one reason alone in these runs.
        Heard::new(&self.rows().record, Error::is_unavailable)
    }
}

impl Mood {
    fn end(self, row: u64) -> Result<Row, Trouble> {
        if self.fails {
            return Err(Trouble::Own(row));
        }
        let bulk = if self.bulky { vec![0; BULK] } else { Vec::new() };
        Ok(Row { number: row, bulk })
    }
}

impl Deref for Ground {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        &self.runtime
    }
}

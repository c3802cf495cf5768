//! One run of a set-up: its nodes, callers, writers and faults, and what is left when all is quiet.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cachekit::{Mode, Runtime, Source};
use tokio::task::yield_now;

use super::crew::{Fate, Leash};
use super::dice::Dice;
use super::record::Record;
use super::rule::{Reach, Seen};
use super::setups::{Setup, TENANTS};
use super::subject::{Ask, Footing, Subject};
use super::tier::{Stand, settle};
use super::writer::Writer;
use crate::patience::{timed, until};

/// Keys of a run: few, so that calls and changes of one key meet.
const KEYS: u64 = 4;

/// Callers on each node.
const CALLERS: usize = 3;

/// Keys that push others out of an L1, which has room for fewer, and how often that is tried.
const FLOOD: u64 = 150;
const FLOODS: u64 = 10;

/// What one run came to.
#[derive(Debug)]
pub struct Report {
    /// The set-up.
    pub setup: &'static Setup,
    /// What its choices came from.
    pub seed: u64,
    /// The operations, and what the rule said of them.
    pub record: Arc<Record>,
    /// Calls that were answered with what was stored.
    pub hits: u64,
    /// Calls that ran the body.
    pub misses: u64,
}

/// What the actors of a run share.
pub(super) struct Stage {
    pub(super) setup: &'static Setup,
    pub(super) record: Arc<Record>,
    over: AtomicBool,
}

impl Stage {
    pub(super) fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }
}

/// Times as long as it was asked to that a run goes on in search of enough.
const LONGEST: u32 = 16;

/// Runs a set-up for a while, and holds every operation to the rule; goes on, on a machine that is
/// busy, until what it did is `enough`.
///
/// # Panics
///
/// If the set-up ran in this process before, or its tier cannot be had.
pub fn run(
    setup: &'static Setup,
    time: Duration,
    seed: u64,
    enough: impl Fn(&Report) -> bool,
) -> Report {
    let mut dice = Dice::new(seed);
    let reach = if setup.mode == Mode::Strict { Reach::Everyone } else { Reach::Process };
    let record = Arc::new(Record::new(seed, reach, setup.nodes.len(), KEYS, TENANTS));
    let stand = Stand::new(setup.tier);
    for (node, subject) in setup.nodes.iter().enumerate() {
        let (runtime, record) = (stand.runtime(setup.faults), Arc::clone(&record));
        let footing = Footing { runtime, record, node, mode: setup.mode, seed: dice.roll() };
        subject.ground().set(footing);
    }
    let runtimes: Vec<&Runtime> = setup.nodes.iter().map(|node| &**node.ground()).collect();
    let stage = Arc::new(Stage { setup, record, over: AtomicBool::new(false) });

    let tasks = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let tasks = tasks.expect("the system has what a runtime needs");
    let entered = tasks.enter();
    let mut actors = Vec::new();
    for key in 0..KEYS {
        let writer = Writer { stage: Arc::clone(&stage), key, dice: dice.child() };
        actors.push(setup.crew.start(writer.write()));
    }
    for caller in 0..CALLERS * setup.nodes.len() {
        let node = caller % setup.nodes.len();
        actors.push(setup.crew.start(call(Arc::clone(&stage), node, dice.child())));
    }
    let mut spent = Duration::ZERO;
    let report = || Report::of(&stage, seed);
    while spent < time || (spent < time * LONGEST && !enough(&report())) {
        let (befell, took) = timed(|| stand.befall(setup.faults, &mut dice, &runtimes));
        spent += took;
        if befell {
            stage.record.tally.faults.again();
        }
    }
    stage.over.store(true, Ordering::SeqCst);
    for actor in actors {
        if tasks.block_on(actor.ended()).is_none() {
            stage.record.odd("an actor panicked");
        }
    }
    settle(&runtimes);
    tasks.block_on(last_look(&stage));
    drop(entered);
    report()
}

impl Report {
    fn of(stage: &Stage, seed: u64) -> Self {
        let setup = stage.setup;
        let stats: Vec<_> = setup.nodes.iter().map(|node| node.function().stats()).collect();
        Self {
            setup,
            seed,
            record: Arc::clone(&stage.record),
            hits: stats.iter().map(|stats| stats.hits).sum(),
            misses: stats.iter().map(|stats| stats.misses).sum(),
        }
    }
}

/// A caller on a node.
async fn call(stage: Arc<Stage>, node: usize, mut dice: Dice) {
    let subject = stage.setup.nodes[node];
    while stage.goes_on() {
        let key = dice.below(KEYS);
        let how = dice.pick(&[Ask::Call, Ask::Call, Ask::Detailed, Ask::Peek]);
        let leash =
            if dice.one_in(4) { Leash::any(stage.setup.crew, &mut dice) } else { Leash::Free };
        let call = stage.record.call(node, key);
        match leash.hold(subject.ask(how, key)).await {
            Fate::Ended(seen) => {
                stage.record.answered(&call, seen);
                if seen == Seen::Refused {
                    // What refuses at once is not asked a million times a second.
                    tokio::time::sleep(Duration::from_micros(500)).await;
                }
            }
            Fate::Dropped | Fate::Unbegun => stage.record.tally.dropped.again(),
        }
        yield_now().await;
    }
}

/// All is quiet, and settled: every node agrees with what was promised, once its L1 cannot answer.
async fn last_look(stage: &Stage) {
    until("no flight is left", || {
        let flights = |node: &&dyn Subject| cachekit::testing::flights(node.function());
        stage.setup.nodes.iter().map(flights).sum::<usize>() == 0
    });
    for (node, subject) in stage.setup.nodes.iter().enumerate() {
        let mut left: Vec<u64> = (0..KEYS).collect();
        for flood in 0..FLOODS {
            let mut kept = Vec::new();
            for key in left {
                let call = stage.record.last_call(node, key);
                match subject.told(key).await {
                    (_, Some(Source::L1)) => kept.push(key),
                    (seen, _) => stage.record.answered(&call, seen),
                }
            }
            left = kept;
            if left.is_empty() || stage.setup.mode == Mode::Local {
                break;
            }
            push_out(*subject, flood).await;
        }
    }
}

/// Pushes what a node's L1 holds out of it, by keys that are asked for more often.
async fn push_out(subject: &dyn Subject, flood: u64) {
    for other in 0..FLOOD {
        for _ in 0..4 {
            subject.told(KEYS + flood * FLOOD + other).await;
            // A function that blocks would otherwise keep the executor from its turn.
            yield_now().await;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setup, seed, record, hits, misses } = self;
        write!(f, "{}, seed {seed}: {}, {hits} hits, {misses} misses, ", setup.name, record.tally)?;
        f.write_str(&record.verdict())
    }
}

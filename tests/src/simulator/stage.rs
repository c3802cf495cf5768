//! What the parts of a run share: the record, the trace, and the bodies that run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cachekit::testing::sleep;

use super::leash::Planned;
use super::plan::{Moods, Plan};
use super::subject::{BULK, Row};
use crate::checker::{Dice, Record, Trouble};

thread_local! {
    static STAGE: RefCell<Option<Arc<Stage>>> = const { RefCell::new(None) };
}

/// What the parts of a run share.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) record: Record,
    seed: u64,
    moods: Moods,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    /// Lines, where they are wanted.
    trace: Option<Vec<String>>,
    hash: DefaultHasher,
    /// Bodies that ran, by node and key.
    ran: BTreeMap<(usize, u64), u64>,
    /// Those that run, and the most that did at a time.
    running: BTreeMap<(usize, u64), (u64, u64)>,
    /// Calls that were answered or refused, by node.
    calls: BTreeMap<usize, u64>,
    /// Rows that a change promised to everyone, by key, with when that was confirmed.
    confirmed: BTreeMap<u64, Vec<(u64, u64)>>,
    /// Outages, by node: from when to when.
    outages: BTreeMap<usize, Vec<(u64, u64)>>,
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// A body that runs.
struct Running<'a>(&'a Stage, usize, u64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some((now, _)) = self.0.state().running.get_mut(&(self.1, self.2)) {
            *now -= 1;
        }
    }
}

/// The run that this thread is in.
pub(super) fn stage() -> Arc<Stage> {
    let stage = STAGE.with_borrow(Clone::clone);
    stage.expect("the simulated functions are called in a run alone")
}

impl Stage {
    /// For a plan; the lines of the trace are kept if they are `wanted`.
    pub(super) fn new(plan: &Plan, record: Record, wanted: bool) -> Arc<Self> {
        let trace = wanted.then(Vec::new);
        let state = State { trace, ..State::default() };
        Arc::new(Self { record, seed: plan.seed, moods: plan.moods, state: Mutex::new(state) })
    }

    /// Makes it the one that this thread is in.
    pub(super) fn enter(stage: Option<Arc<Self>>) {
        STAGE.set(stage);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The simulation's time, for what is told.
    pub(super) fn at(&self, now: Duration) {
        self.state().now = now;
    }

    pub(super) fn now(&self) -> Duration {
        self.state().now
    }

    /// Tells something that happened.
    pub(super) fn tell(&self, what: impl FnOnce() -> String) {
        let mut state = self.state();
        if state.trace.is_none() {
            return;
        }
        let line = format!("{:>12.3} ms  {}", state.now.as_secs_f64() * 1e3, what());
        if let Some(trace) = &mut state.trace {
            trace.push(line);
        }
    }

    pub(super) fn is_traced(&self) -> bool {
        self.state().trace.is_some()
    }

    /// Mixes something into the run's fingerprint.
    pub(super) fn mix(&self, parts: [u64; 4]) {
        let mut state = self.state();
        let now = u64::try_from(state.now.as_nanos()).unwrap_or(u64::MAX);
        parts.into_iter().chain([now]).for_each(|part| state.hash.write_u64(part));
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.state().hash.finish()
    }

    pub(super) fn trace(&self) -> Vec<String> {
        self.state().trace.take().unwrap_or_default()
    }

    /// A call of a node was answered or refused.
    pub(super) fn called(&self, node: usize) {
        *self.state().calls.entry(node).or_default() += 1;
    }

    pub(super) fn calls(&self, node: usize) -> u64 {
        self.state().calls.get(&node).copied().unwrap_or_default()
    }

    /// A change has promised a row of a key to everyone.
    pub(super) fn confirmed(&self, key: u64, row: u64) {
        let mut state = self.state();
        let now = micros(state.now);
        state.confirmed.entry(key).or_default().push((now, row));
    }

    /// The newest row of a key that was promised to everyone before a moment.
    pub(super) fn promised_before(&self, key: u64, moment: u64) -> u64 {
        let state = self.state();
        let all = state.confirmed.get(&key).into_iter().flatten();
        all.filter(|(at, _)| *at < moment).map(|(_, row)| *row).max().unwrap_or_default()
    }

    /// A node lost its tier, or found it again.
    pub(super) fn edge(&self, node: usize, is_up: bool) {
        let mut state = self.state();
        let now = micros(state.now);
        let outages = state.outages.entry(node).or_default();
        match outages.last_mut() {
            Some((_, end)) if is_up => *end = now,
            _ if !is_up => outages.push((now, u64::MAX)),
            _ => {}
        }
    }

    /// Whether a node was without its tier at a moment, in an outage that is over.
    ///
    /// Not so in the first millisecond of one: whoever has its answer by then may go on with it.
    pub(super) fn was_away(&self, node: usize, at: u64) -> bool {
        let state = self.state();
        let mut all = state.outages.get(&node).into_iter().flatten();
        all.any(|(began, ended)| *began + 1_000 < at && at < *ended && *ended != u64::MAX)
    }

    /// The most bodies of one key that ran at a time in one process.
    pub(super) fn most_running(&self) -> u64 {
        self.state().running.values().map(|(_, most)| *most).max().unwrap_or_default()
    }

    /// The body of the simulated functions. The row is read first, so that whatever comes during
    /// the pause makes it old.
    pub(super) async fn body(&self, node: usize, key: u64) -> Result<Row, Trouble> {
        let row = self.record.truth(key);
        let (nth, born, _running) = self.runs(node, key);
        let mut dice = Dice::new(self.seed ^ (nth << 24) ^ (key << 16) ^ (node as u64) << 8);
        let moods = self.moods;
        let is = |times: u64, dice: &mut Dice| times > 0 && dice.one_in(times);
        let (stuck, slow) = (is(moods.stuck, &mut dice), is(moods.slow, &mut dice));
        let (panics, fails) = (is(moods.panics, &mut dice), is(moods.fails, &mut dice));
        let (large, unfit) = (is(moods.large, &mut dice), moods.is_unfit(row));
        let pause = match (stuck, slow) {
            (true, _) => Duration::from_secs(30),
            (false, true) => Duration::from_micros(dice.below(moods.pause)),
            (false, false) => Duration::ZERO,
        };
        let fate = match (panics, fails, large, unfit) {
            (true, ..) => "panics",
            (_, true, ..) => "fails",
            (_, _, true, _) => "returns what is too large to store",
            (_, _, _, true) => "returns what does not serialise",
            _ => "returns it",
        };
        self.record.ran(node, key, row, fate);
        self.tell(|| {
            format!("node {node}: the body of {key} reads row {row}, {fate} after {pause:?}")
        });
        self.mix([1, node as u64, key, row]);
        if !pause.is_zero() {
            sleep(pause).await;
        }
        if panics {
            // Without a word from the hook: it is planned.
            std::panic::resume_unwind(Box::new(Planned));
        }
        if fails {
            return Err(Trouble::Own(row));
        }
        let bulk = if large { vec![0; BULK] } else { Vec::new() };
        let ended = micros(self.now());
        Ok(Row { number: row, node, born, ended, bulk, unfit })
    }

    fn runs(&self, node: usize, key: u64) -> (u64, u64, Running<'_>) {
        let mut state = self.state();
        let nth = state.ran.entry((node, key)).or_default();
        *nth += 1;
        let nth = *nth;
        let (now, most) = state.running.entry((node, key)).or_default();
        *now += 1;
        *most = (*most).max(*now);
        let born = micros(state.now);
        drop(state);
        (nth, born, Running(self, node, key))
    }
}

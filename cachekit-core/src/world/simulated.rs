//! A simulation: the time and the turns of the worlds of one thread, all of them by one seed.

mod node;
mod turns;
mod waiting;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant, SystemTime};

use crate::sync::plain;

use super::several::{Entered, Number, number, spread};
use node::Node;
use turns::{Task, Turns};

pub(crate) use waiting::Waiting;

/// What the wall clocks of a simulation show at its beginning.
const EPOCH: Duration = Duration::from_secs(1_700_000_000);

/// What the monotonic clocks show then. Not zero, so that a date before the beginning can be told.
const START: Duration = Duration::from_secs(1_000);

/// The longest turn of a task.
const TURN: u64 = 2_000;

/// Work that a simulation runs.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Simulated>>> = const { RefCell::new(None) };
}

/// The simulation that this thread is in.
#[inline]
pub(crate) fn current() -> Option<Arc<Simulated>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Whether this thread is in a simulation.
#[inline]
pub(crate) fn is_simulated() -> bool {
    CURRENT.try_with(|current| current.borrow().is_some()).unwrap_or(false)
}

/// Puts this thread into a simulation, or out of it; answers the one that it was in.
pub(crate) fn enter(simulated: Option<Arc<Simulated>>) -> Option<Arc<Simulated>> {
    CURRENT.replace(simulated)
}

/// The monotonic time of this thread's node; `None` outside of a simulation.
#[inline]
pub(crate) fn now() -> Option<Instant> {
    let simulated = current()?;
    Some(simulated.base + simulated.monotonic())
}

/// The same since a moment of its own, as a coarse clock shows it.
pub(crate) fn coarse() -> Option<Duration> {
    Some(START + current()?.monotonic())
}

/// The time that goes on while a node is suspended.
pub(crate) fn unbroken() -> Option<Duration> {
    Some(START + current()?.state().now)
}

/// What the node's wall clock shows.
pub(crate) fn wall() -> Option<SystemTime> {
    let simulated = current()?;
    let mut state = simulated.state();
    let now = state.now;
    Some(state.node(number()).wall(SystemTime::UNIX_EPOCH + EPOCH + now))
}

/// A simulation.
///
/// Under its lock runs nothing of anybody else's: tasks and wakers are dropped outside.
pub(crate) struct Simulated {
    /// Real, and never looked at but for differences.
    base: Instant,
    state: Mutex<State>,
}

struct State {
    now: Duration,
    /// What is random is of this, but for what is random in a node.
    dice: u64,
    nodes: BTreeMap<Number, Node>,
    turns: Turns,
    waits: u64,
}

impl State {
    fn node(&mut self, number: Number) -> &mut Node {
        self.nodes.entry(number).or_default()
    }

    fn random(&mut self) -> u64 {
        spread(&mut self.dice)
    }

    /// The next task whose turn it may be.
    fn next(&mut self) -> Option<(u64, Task)> {
        let mut dice = self.dice;
        let next = self
            .turns
            .next(|all| spread(&mut dice) % all, |of| self.nodes.get(&of).is_none_or(Node::runs));
        self.dice = dice;
        next
    }

    /// When something is waited for next.
    fn due(&self) -> Option<Duration> {
        self.nodes.values().filter_map(Node::due).min()
    }

    fn come_due(&mut self) -> Vec<Waker> {
        let now = self.now;
        self.nodes.values_mut().flat_map(|node| node.come_due(now)).collect()
    }
}

impl Simulated {
    pub(crate) fn new(seed: u64, base: Instant) -> Arc<Self> {
        let state = State {
            now: Duration::ZERO,
            dice: seed,
            nodes: BTreeMap::new(),
            turns: Turns::default(),
            waits: 0,
        };
        Arc::new(Self { base, state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        plain(&self.state)
    }

    /// The time since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.state().now
    }

    fn monotonic(&self) -> Duration {
        let mut state = self.state();
        let now = state.now;
        state.node(number()).monotonic(now)
    }

    pub(crate) fn random(&self) -> u64 {
        self.state().random()
    }

    /// Starts work in this thread's world; answers its number, by which it can be ended.
    pub(crate) fn spawn(&self, work: Work) -> u64 {
        let mut state = self.state();
        if state.node(number()).is_dead() {
            drop(state);
            // The process is gone.
            drop(work);
            return 0;
        }
        state.turns.begin(Task { of: number(), work })
    }

    /// Ends work before its time.
    pub(crate) fn abort(&self, task: u64) {
        let ended = self.state().turns.end(task);
        ended.into_iter().for_each(Task::drop_in_its_world);
    }

    /// Ends a node as a process that is killed: nothing of it runs again, and nothing that it leaves
    /// behind begins.
    pub(crate) fn kill(&self, number: Number) {
        let mut state = self.state();
        let waits = state.node(number).kill();
        let tasks = state.turns.end_all(number);
        drop(state);
        drop(waits);
        tasks.into_iter().for_each(Task::drop_in_its_world);
    }

    /// Ends everything: what still waits is dropped.
    pub(crate) fn end(&self) {
        let nodes: Vec<Number> = self.state().turns.worlds();
        for node in nodes {
            self.kill(node);
        }
    }

    /// Stops a node, whose wall clock goes on, or lets it go on.
    pub(crate) fn suspend(&self, number: Number, suspended: bool) {
        let mut state = self.state();
        let now = state.now;
        state.node(number).suspend(now, suspended);
    }

    /// Steps a node's wall clock.
    pub(crate) fn step_wall(&self, number: Number, step: Duration, back: bool) {
        self.state().node(number).step(step, back);
    }

    /// Does one thing: a turn of a task, or the leap to the next moment that somebody waits for, if
    /// that is not after `last`; whether there was anything to do.
    pub(crate) fn turn(self: &Arc<Self>, last: Duration) -> bool {
        let mut state = self.state();
        if let Some((number, task)) = state.next() {
            let took = state.random() % TURN;
            state.now += Duration::from_nanos(took);
            drop(state);
            self.poll(number, task);
            return true;
        }
        match state.due() {
            Some(due) if due <= last => {
                state.now = state.now.max(due);
                let wakers = state.come_due();
                drop(state);
                wakers.into_iter().for_each(Waker::wake);
                true
            }
            _ => false,
        }
    }

    /// Lets the time pass to a moment that nobody waits for.
    pub(crate) fn pass_to(&self, moment: Duration) {
        let mut state = self.state();
        state.now = state.now.max(moment);
    }

    fn poll(self: &Arc<Self>, number: u64, mut task: Task) {
        let waker = Waker::from(Arc::new(Turn { simulated: Arc::downgrade(self), task: number }));
        let entered = Entered::new(task.of);
        let polled = task.work.as_mut().poll(&mut Context::from_waker(&waker));
        drop(entered);
        let over = match polled {
            Poll::Ready(()) => {
                self.state().turns.over(number);
                Some(task)
            }
            Poll::Pending => self.state().turns.back(number, task),
        };
        over.into_iter().for_each(Task::drop_in_its_world);
    }
}

impl std::fmt::Debug for Simulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Simulated")
    }
}

/// Wakes a task of a simulation.
struct Turn {
    simulated: Weak<Simulated>,
    task: u64,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(simulated) = self.simulated.upgrade() {
            simulated.state().turns.wake(self.task);
        }
    }
}

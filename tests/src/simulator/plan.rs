//! A plan: everything that is done in a run, as data that can be told, and shrunk.

use std::time::Duration;

use super::subject::Kind;
use crate::checker::{Ask, What};

/// What is done in a run; the order of what is done at once follows from the seed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the order, the delays and the bodies' moods follow from.
    pub seed: u64,
    /// The cached function.
    pub kind: &'static Kind,
    /// The build that each node runs.
    pub nodes: Vec<usize>,
    /// How many keys have writers.
    pub keys: u64,
    /// How long a command or an answer is under way at most.
    pub slowest: Duration,
    /// Who calls and who writes.
    pub actors: Vec<Actor>,
    /// What befalls whom, and when.
    pub befalls: Vec<(Duration, Befalls)>,
    /// How bodies behave.
    pub moods: Moods,
}

/// Once in how many times a body does something; zero for never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moods {
    /// Takes some time, at most [`Moods::pause`].
    pub slow: u64,
    /// How long a slow body takes at most, in microseconds.
    pub pause: u64,
    /// Fails.
    pub fails: u64,
    /// Panics.
    pub panics: u64,
    /// Takes half a minute, which is longer than anybody waits.
    pub stuck: u64,
    /// Returns what is too large to store.
    pub large: u64,
    /// Returns what does not serialise; it is the row's own, so that whoever reads the row finds it so.
    pub unfit: u64,
}

impl Moods {
    /// Whether what a body returns of a row does not serialise.
    pub(super) fn is_unfit(&self, row: u64) -> bool {
        self.unfit > 0 && row.is_multiple_of(self.unfit)
    }
}

/// Somebody at work.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Calls on a node.
    Caller {
        /// The node.
        node: usize,
        /// One call after another.
        steps: Vec<Step>,
    },
    /// The one writer of a key.
    Writer {
        /// The key.
        key: u64,
        /// One change after another.
        changes: Vec<Change>,
    },
}

/// A call, after a pause.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The pause.
    pub pause: Duration,
    /// What is asked for.
    pub key: u64,
    /// How.
    pub how: Ask,
    /// How long the caller waits.
    pub leash: Pull,
}

/// Changes of a key that begin at once, after a pause.
#[derive(Debug, Clone)]
pub struct Change {
    /// The pause.
    pub pause: Duration,
    /// By how much the row is raised first.
    pub by: u64,
    /// On which node each is made, what it is, and how long its caller waits.
    pub all: Vec<(usize, What, Pull)>,
    /// Whether the writer goes on before they have ended.
    pub detached: bool,
}

/// When an operation is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull {
    /// Never.
    Free,
    /// After so many polls.
    Polls(u64),
    /// After some time.
    After(Duration),
}

/// What befalls a node, the network or the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Befalls {
    /// A node's connection is cut.
    Cut(usize),
    /// A node cannot reach the server for some time.
    Away(usize, Duration),
    /// The server obeys nothing for some time.
    Hang(Duration),
    /// A node's process is killed.
    Kill(usize),
    /// A node is suspended for some time.
    Suspend(usize, Duration),
    /// A node's wall clock is stepped ahead, or back.
    Step(usize, Duration, bool),
    /// The server's wall clock is stepped ahead, or back.
    StepServer(Duration, bool),
    /// The server loses everything.
    Flush,
    /// Somebody deletes one of the server's keys by hand: an entry, or a generation.
    Delete(u64),
}

impl Plan {
    /// Whether nothing befalls anybody, nobody gives up a change, and every answer is in time.
    pub(super) fn is_quiet(&self) -> bool {
        let mut changes = self.actors.iter().flat_map(|actor| match actor {
            Actor::Caller { .. } => &[],
            Actor::Writer { changes, .. } => changes.as_slice(),
        });
        let gives_up = |change: &Change| change.all.iter().any(|(_, _, pull)| *pull != Pull::Free);
        self.befalls.is_empty()
            && self.slowest < Duration::from_millis(50)
            && !changes.any(gives_up)
    }

    /// How many changes there are.
    pub(super) fn changes(&self) -> usize {
        let of = |actor: &Actor| match actor {
            Actor::Caller { .. } => 0,
            Actor::Writer { changes, .. } => changes.len(),
        };
        self.actors.iter().map(of).sum()
    }
}

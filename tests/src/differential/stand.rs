//! The tiers that are compared, and how they are taken through a sequence.

use std::collections::BTreeMap;

use cachekit::backend::Claim;
use cachekit::testing::ManualClock;

use super::run::Run;
use super::scene::{Scene, Spot};
use super::side::{DirectorySide, MemorySide, ServerSide, Side};
use super::step::{Client, Fate, Sequence, Step};
use super::task::{Came, Stow, Task};
use super::value::Values;
use crate::patience::in_time;

/// The tiers, each with its two clients; they are taken through one sequence after another.
#[derive(Debug)]
pub struct Stand {
    pub(super) memory: MemorySide,
    pub(super) server: ServerSide,
    pub(super) directory: DirectorySide,
    /// Sequences so far: each has names of its own.
    pub(super) taken: u64,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rigour {
    /// All but what differs by nature.
    Fair,
    /// That too.
    Blind,
}

/// What became of a sequence that the tiers do not answer alike.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// They answered differently, or hold different things, after a step.
    Mismatch(usize, String),
    /// It took so much real time that its dates mean nothing.
    Slow,
}

/// What was seen, and how often.
pub type Seen = BTreeMap<String, usize>;

impl Stand {
    /// Starts a server and makes a directory.
    pub fn new() -> Self {
        let clock = ManualClock::new();
        let (memory, directory) = (MemorySide::new(&clock), DirectorySide::new(&clock));
        let mut stand = Self { memory, server: ServerSide::new(), directory, taken: 0 };
        stand.teach();
        stand
    }

    /// Takes the tiers through a sequence.
    ///
    /// # Errors
    ///
    /// Where they differ first.
    pub fn take(&mut self, sequence: &Sequence, rigour: Rigour) -> Result<Seen, Trouble> {
        // Only a failing machine is slow again and again.
        for _ in 0..2 {
            match self.try_once(sequence, rigour) {
                Err(Trouble::Slow) => {}
                taken => return taken,
            }
        }
        self.try_once(sequence, rigour)
    }

    fn try_once(&mut self, sequence: &Sequence, rigour: Rigour) -> Result<Seen, Trouble> {
        self.taken += 1;
        let sides: [&mut dyn Side; 3] = [&mut self.memory, &mut self.server, &mut self.directory];
        sides.into_iter().for_each(Side::begin);
        let mut run = Run::begin(self, sequence.reach, rigour);
        let forgets = sequence.steps.contains(&Step::Forget);
        let taken = (0..).zip(&sequence.steps).try_for_each(|(at, step)| run.step(at, step));
        let seen = run.end();
        if forgets {
            self.teach();
        }
        taken.map(|()| seen)
    }

    /// Lets the server, and the proxy, learn every script: the answer to one that is not known must
    /// not be lost, since it was not obeyed.
    fn teach(&mut self) {
        let at = Scene(u64::MAX).place(Spot { entry: 0, version: 0 });
        let filler = Scene(u64::MAX).filler(0);
        let claim = Claim { filler: filler.clone(), generation: String::new(), now: 0 };
        let made = Values::default().made(0, self.server.now());
        let value = Stow { bytes: made.bytes.clone(), expires: made.end };
        let within = at.clone().within(1);
        let tasks = [
            Task::Read(within.clone()),
            Task::Claim(at.clone(), filler, in_time()),
            Task::Commit(at.clone(), claim.clone(), value.clone(), false),
            Task::Abort(at.clone(), claim),
            Task::Reject(at.clone(), None),
            Task::Shed(within),
            Task::Invalidate(at.clone()),
            Task::Replace(at.clone(), value, in_time()),
            Task::Swap(at, made.clone(), made, in_time()),
        ];
        for task in tasks {
            let came = self.server.ask(Client::Second, Fate::Answered, &task);
            assert!(matches!(came, Came::Told(_)), "{}: {came:?}", task.command());
        }
    }
}

impl Default for Stand {
    fn default() -> Self {
        Self::new()
    }
}

//! The tasks of a simulation, and those whose turn it may be next.

use std::collections::BTreeMap;

use super::super::several::{Entered, Number};
use super::Work;

/// A task, in its world.
pub(super) struct Task {
    pub(super) of: Number,
    pub(super) work: Work,
}

impl Task {
    pub(super) fn drop_in_its_world(self) {
        let _entered = Entered::new(self.of);
        drop(self.work);
    }
}

/// Where a task is.
enum State {
    Waits(Task),
    /// It has its turn at this moment, or was ended in it.
    Turning {
        of: Number,
        ended: bool,
    },
}

impl State {
    fn of(&self) -> Number {
        match self {
            Self::Waits(task) => task.of,
            Self::Turning { of, .. } => *of,
        }
    }
}

/// All tasks.
#[derive(Default)]
pub(super) struct Turns {
    last: u64,
    tasks: BTreeMap<u64, State>,
    /// Those that were woken, in that order, each once.
    ready: Vec<u64>,
}

impl Turns {
    /// Adds a task, which is woken; its number is not zero.
    pub(super) fn begin(&mut self, task: Task) -> u64 {
        self.last += 1;
        self.tasks.insert(self.last, State::Waits(task));
        self.ready.push(self.last);
        self.last
    }

    pub(super) fn wake(&mut self, task: u64) {
        if self.tasks.contains_key(&task) && !self.ready.contains(&task) {
            self.ready.push(task);
        }
    }

    /// Takes one of those whose turn it may be; `choose` says which of so many.
    pub(super) fn next(
        &mut self,
        choose: impl FnOnce(u64) -> u64,
        runs: impl Fn(Number) -> bool,
    ) -> Option<(u64, Task)> {
        let may = |task: &u64| self.tasks.get(task).is_some_and(|state| runs(state.of()));
        let able: Vec<usize> =
            (0..self.ready.len()).filter(|place| may(&self.ready[*place])).collect();
        let all = u64::try_from(able.len()).ok().filter(|all| *all > 0)?;
        let chosen = usize::try_from(choose(all)).unwrap_or_default();
        let task = self.ready.remove(able[chosen]);
        let state = self.tasks.get_mut(&task)?;
        let turning = State::Turning { of: state.of(), ended: false };
        match std::mem::replace(state, turning) {
            State::Waits(waits) => Some((task, waits)),
            State::Turning { .. } => None,
        }
    }

    /// A task that had its turn waits again; it is handed back if it was ended meanwhile.
    pub(super) fn back(&mut self, number: u64, task: Task) -> Option<Task> {
        if let Some(state @ State::Turning { ended: false, .. }) = self.tasks.get_mut(&number) {
            *state = State::Waits(task);
            return None;
        }
        self.over(number);
        Some(task)
    }

    pub(super) fn over(&mut self, number: u64) {
        self.tasks.remove(&number);
        self.ready.retain(|ready| *ready != number);
    }

    /// Ends a task; one that has its turn ends after it.
    pub(super) fn end(&mut self, number: u64) -> Option<Task> {
        match self.tasks.get_mut(&number)? {
            State::Turning { ended, .. } => {
                *ended = true;
                None
            }
            State::Waits(_) => {
                self.ready.retain(|ready| *ready != number);
                match self.tasks.remove(&number) {
                    Some(State::Waits(task)) => Some(task),
                    _ => None,
                }
            }
        }
    }

    pub(super) fn end_all(&mut self, of: Number) -> Vec<Task> {
        let theirs = self.tasks.iter().filter(|(_, state)| state.of() == of);
        let theirs: Vec<u64> = theirs.map(|(number, _)| *number).collect();
        theirs.into_iter().filter_map(|number| self.end(number)).collect()
    }

    /// The worlds that have any.
    pub(super) fn worlds(&self) -> Vec<Number> {
        let mut worlds: Vec<Number> = self.tasks.values().map(State::of).collect();
        worlds.sort_unstable();
        worlds.dedup();
        worlds
    }
}

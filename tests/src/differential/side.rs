//! A tier as a sequence takes it: two clients, an operator's hand, a clock, and what is in it.

mod directory;
mod memory;
mod server;

use std::time::Duration;

use cachekit::backend::Fault;

use super::scene::Scene;
use super::step::{Client, Fate, Hand};
use super::task::{Answer, Came, Task, Told};
use crate::patience::PATIENCE;

pub(super) use directory::DirectorySide;
pub(super) use memory::MemorySide;
pub(super) use server::ServerSide;

/// A tier.
pub(super) trait Side {
    /// Forgets what the last sequence left.
    fn begin(&mut self);

    /// Its own time, in milliseconds since the Unix epoch: the ends of values are told by it.
    fn now(&mut self) -> u64;

    /// Lets time pass.
    fn pass(&mut self, time: Duration);

    /// Asks it, and lets that befall the operation.
    fn ask(&mut self, client: Client, fate: Fate, task: &Task) -> Came;

    /// What an operator or another program does.
    fn hand(&mut self, scene: Scene, hand: Hand);
}

/// Waits for answers, on this thread.
#[derive(Debug)]
pub(super) struct Waiter(tokio::runtime::Runtime);

impl Waiter {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        Self(runtime.expect("a thread can wait"))
    }

    /// What a tier answers; a fault where it does not.
    pub(super) fn wait(&self, answer: Answer<'_>) -> Result<Told, Fault> {
        self.within(PATIENCE, answer)
    }

    /// What a tier answers that may be away. The cache bounds each operation, and so does this: what
    /// is sent as its connection ends may be neither answered nor failed.
    pub(super) fn wait_a_while(&self, answer: Answer<'_>) -> Result<Told, Fault> {
        self.within(WHILE, answer)
    }

    fn within(&self, most: Duration, answer: Answer<'_>) -> Result<Told, Fault> {
        let answer = self.0.block_on(async { tokio::time::timeout(most, answer).await });
        answer.unwrap_or_else(|_late| Err(Fault::unreachable("no answer")))
    }
}

/// What a tier that is away is given to say so.
const WHILE: Duration = Duration::from_millis(500);

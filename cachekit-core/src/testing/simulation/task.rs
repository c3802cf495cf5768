//! Tasks of a simulation: how they begin, and how one is ended before its time.

use std::pin::Pin;
use std::sync::Arc;

use crate::testing::world::World;
use crate::world::simulated::{self, Simulated};

/// Starts a task on a node of the simulation that this thread is in, as from within another task.
///
/// # Panics
///
/// Outside of a simulation.
///
/// ```
/// use std::time::Duration;
/// use cachekit::testing::{Simulation, sleep, spawn};
///
/// let simulation = Simulation::new(1);
/// let node = simulation.node();
/// let other = simulation.node();
/// simulation.spawn(&node, async move { spawn(&other, sleep(Duration::from_secs(1))).abort() });
/// simulation.run();
/// assert!(simulation.now() < Duration::from_secs(1));
/// ```
pub fn spawn<T: Send + 'static>(
    node: &World,
    task: impl Future<Output = T> + Send + 'static,
) -> SimulatedTask {
    let simulated = simulated::current().expect("tasks of a simulation are started in one");
    begin(&simulated, node, task)
}

pub(super) fn begin<T: Send + 'static>(
    simulated: &Arc<Simulated>,
    node: &World,
    task: impl Future<Output = T> + Send + 'static,
) -> SimulatedTask {
    let work: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
        drop(task.await);
    });
    let number = node.run(|| simulated.spawn(work));
    SimulatedTask { simulated: Arc::clone(simulated), number }
}

/// A task of a simulation, which goes on when this is dropped.
///
/// ```
/// use cachekit::testing::{SimulatedTask, Simulation};
///
/// let simulation = Simulation::new(1);
/// let callers: Vec<SimulatedTask> =
///     (0..3).map(|_| simulation.spawn(&simulation.node(), async {})).collect();
/// # drop(callers);
/// ```
#[derive(Debug)]
pub struct SimulatedTask {
    simulated: Arc<Simulated>,
    number: u64,
}

impl SimulatedTask {
    /// Drops the task wherever it waits, as a caller that gives up.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::{Simulation, sleep};
    ///
    /// let simulation = Simulation::new(1);
    /// let task = simulation.spawn(&simulation.node(), sleep(Duration::from_secs(60)));
    /// simulation.run_for(Duration::from_secs(1));
    /// task.abort();
    /// simulation.run();
    /// assert_eq!(simulation.now(), Duration::from_secs(1));
    /// ```
    pub fn abort(&self) {
        self.simulated.abort(self.number);
    }
}

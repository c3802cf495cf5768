//! A simulation: nodes in one thread, whose time and whose order come from a seed.

mod faults;
mod task;

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::time::{clock, timer};
use crate::world::simulated::{self, Simulated};

use super::world::World;

use task::begin;
pub use task::{SimulatedTask, spawn};

/// Several nodes in one thread, whose time, order and randomness follow from a seed.
///
/// A node is a [`World`]: a process of its own, as far as cached functions can tell. Its clocks are
/// the simulation's, and stand still but for what is waited for, so that an hour of waits takes no
/// time. Whose turn it is among the tasks that could go on is chosen by the seed. So the same seed
/// gives the same run, and another seed another order. With a [`Network`](super::Network) the nodes
/// share a tier whose answers take their time, are lost, or come late.
///
/// Only async functions can be simulated: one that blocks would stop the only thread there is, and
/// panics where it would have to wait. Futures of other timers or runtimes than the simulation's own
/// ([`sleep`]) never become ready.
///
/// A thread is in one simulation at a time, from [`Simulation::new`] until it is dropped.
///
/// ```
/// use std::time::Duration;
///
/// use cachekit::testing::{Network, Simulation, sleep};
/// use cachekit::{Runtime, cached};
///
/// #[cached(mode = "strict", ttl = 60)]
/// async fn double(n: u64) -> Result<u64, cachekit::Error> {
///     sleep(Duration::from_secs(3)).await;
///     Ok(n * 2)
/// }
///
/// let simulation = Simulation::new(7);
/// let network = Network::new(&simulation);
/// for _ in 0..2 {
///     let node = simulation.node();
///     let connection = network.connect(&node);
///     node.run(|| Runtime::builder().backend(connection).install())?;
///     simulation.spawn(&node, async {
///         assert_eq!(double(21).await.expect("the server is there"), 42);
///     });
/// }
/// simulation.run_for(Duration::from_secs(60));
/// # Ok::<(), cachekit::Error>(())
/// ```
#[derive(Debug)]
pub struct Simulation {
    pub(super) simulated: Arc<Simulated>,
    before: Option<Arc<Simulated>>,
    seed: u64,
    /// What a task needs of its node must outlast whoever made the node.
    nodes: RefCell<Vec<World>>,
    /// A simulation stays on its thread.
    _thread: PhantomData<Rc<()>>,
}

impl Simulation {
    /// A simulation in which nothing has happened, on this thread.
    pub fn new(seed: u64) -> Self {
        let simulated = Simulated::new(seed, clock::real());
        let before = simulated::enter(Some(Arc::clone(&simulated)));
        let nodes = RefCell::default();
        Self { simulated, before, seed, nodes, _thread: PhantomData }
    }

    /// What everything follows from.
    ///
    /// ```
    /// let simulation = cachekit::testing::Simulation::new(7);
    /// assert_eq!(simulation.seed(), 7);
    /// ```
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A new node, in which nothing runs. It lasts as long as the simulation.
    ///
    /// ```
    /// use cachekit::cached;
    /// use cachekit::testing::Simulation;
    ///
    /// #[cached]
    /// fn square(n: u64) -> u64 {
    ///     n * n
    /// }
    ///
    /// let simulation = Simulation::new(1);
    /// let (one, other) = (simulation.node(), simulation.node());
    /// assert_eq!(one.run(|| square(3)), 9);
    /// assert_eq!(one.run(|| square::stats().misses), 1);
    /// assert_eq!(other.run(|| square::stats().misses), 0);
    /// ```
    pub fn node(&self) -> World {
        let node = World::seeded(self.simulated.random());
        self.nodes.borrow_mut().push(node.clone());
        node
    }

    /// Starts a task on a node; it has its turns while the simulation runs.
    ///
    /// What it returns is dropped. Where it panics, the run does, and so the test.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use cachekit::testing::{Simulation, sleep};
    ///
    /// let simulation = Simulation::new(1);
    /// let (tell, told) = mpsc::channel();
    /// simulation.spawn(&simulation.node(), async move {
    ///     sleep(Duration::from_secs(2)).await;
    ///     tell.send("it is over").expect("somebody listens");
    /// });
    /// assert!(told.try_recv().is_err());
    /// simulation.run();
    /// assert_eq!(told.try_recv(), Ok("it is over"));
    /// ```
    pub fn spawn<T: Send + 'static>(
        &self,
        node: &World,
        task: impl Future<Output = T> + Send + 'static,
    ) -> SimulatedTask {
        begin(&self.simulated, node, task)
    }

    /// Runs until nobody waits for anything.
    ///
    /// A tier that is lost is probed for ever, so a simulation in which one stays away has no end of
    /// its own; [`Simulation::run_for`] has.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::{Simulation, sleep};
    ///
    /// let simulation = Simulation::new(1);
    /// simulation.spawn(&simulation.node(), sleep(Duration::from_secs(60)));
    /// simulation.run();
    /// assert!(simulation.now() >= Duration::from_secs(60));
    /// ```
    pub fn run(&self) {
        while self.simulated.turn(Duration::MAX) {}
    }

    /// Runs for some of the simulation's time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::Simulation;
    ///
    /// let simulation = Simulation::new(1);
    /// simulation.run_for(Duration::from_secs(3_600));
    /// assert_eq!(simulation.now(), Duration::from_secs(3_600));
    /// ```
    pub fn run_for(&self, time: Duration) {
        let last = self.now() + time;
        while self.simulated.turn(last) && self.now() <= last {}
        self.simulated.pass_to(last);
    }

    /// Runs until something is so, at most for some of the simulation's time; whether it is.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let simulation = cachekit::testing::Simulation::new(1);
    /// assert!(!simulation.run_until(Duration::from_secs(60), || false));
    /// assert_eq!(simulation.now(), Duration::from_secs(60));
    /// ```
    pub fn run_until(&self, time: Duration, mut is_so: impl FnMut() -> bool) -> bool {
        let last = self.now() + time;
        loop {
            if is_so() {
                return true;
            }
            if !self.simulated.turn(last) || self.now() > last {
                self.simulated.pass_to(last);
                return is_so();
            }
        }
    }

    /// The time since the beginning.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::Simulation;
    ///
    /// assert_eq!(Simulation::new(7).now(), Duration::ZERO);
    /// ```
    pub fn now(&self) -> Duration {
        self.simulated.elapsed()
    }

    /// Random bits that follow from the seed, for what a test chooses.
    ///
    /// ```
    /// use cachekit::testing::Simulation;
    ///
    /// let chosen = |seed| Simulation::new(seed).random() % 1_000;
    /// assert_eq!(chosen(7), chosen(7));
    /// assert_ne!(chosen(7), chosen(8));
    /// ```
    pub fn random(&self) -> u64 {
        self.simulated.random()
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        self.simulated.end();
        // A world ends by its own clock, which is the simulation's.
        drop(self.nodes.take());
        drop(simulated::enter(self.before.take()));
    }
}

/// Waits for some time, by the clock of the node that it is in: in a simulation the simulated one,
/// else the system's.
///
/// ```
/// use std::time::Duration;
/// use cachekit::testing::{Simulation, sleep};
///
/// let simulation = Simulation::new(1);
/// let node = simulation.node();
/// simulation.spawn(&node, sleep(Duration::from_secs(3_600)));
/// simulation.run();
/// assert_eq!(simulation.now().as_secs(), 3_600);
/// ```
pub async fn sleep(time: Duration) {
    timer::sleep_until(clock::now() + time).await;
}

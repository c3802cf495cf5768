//! A simulated network: nodes, one server in memory, and connections that are slow or break.

mod connection;
mod faults;
mod offset;
mod pipe;
mod transit;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::l2::Fault;
use crate::l2::memory::Memory;
use crate::sync::plain;
use crate::world::simulated::Simulated;

use super::simulation::Simulation;
use super::world::World;

pub use connection::Connection;
use pipe::{Job, Pipe};

/// How long a command or an answer is under way at most, unless told otherwise.
const SLOWEST: Duration = Duration::from_millis(2);

/// One server in memory, and the connections that nodes of a simulation have to it.
///
/// What is sent arrives after a while, in order on each connection and in any order across them; a
/// command that has arrived is obeyed whoever still waits for its answer. A connection can be cut,
/// with commands that are obeyed later and answers that never come; the server can hang, or be out of
/// a node's reach.
///
/// ```
/// use std::time::Duration;
///
/// use cachekit::testing::{Network, Simulation};
/// use cachekit::{Runtime, cached};
///
/// #[cached(mode = "degraded", ttl = 60)]
/// async fn price(item: u64) -> u64 {
///     item * 3
/// }
///
/// let simulation = Simulation::new(7);
/// let network = Network::new(&simulation);
/// let node = simulation.node();
/// let connection = network.connect(&node);
/// node.run(|| Runtime::builder().backend(connection).install())?;
/// network.hang(true);
/// simulation.spawn(&node, async {
///     assert!(price::detailed(14).await.degraded);
/// });
/// simulation.run_for(Duration::from_secs(1));
/// # Ok::<(), cachekit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    simulated: Arc<Simulated>,
    /// The server's own process: its clocks, and its randomness.
    server: World,
    /// What lies between: it runs whatever stands still.
    between: World,
    memory: Memory,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    slowest: Duration,
    hangs: bool,
    /// What has arrived at a server that hangs.
    arrived: Vec<Job>,
    lines: BTreeMap<u64, Arc<Line>>,
    watcher: Option<Watcher>,
}

/// Hears of each command that the server obeys.
#[derive(Clone)]
struct Watcher(Arc<dyn Fn(&str) + Send + Sync>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// A node's way to the server: one connection after another.
struct Line {
    /// Among the lines, from one on.
    number: usize,
    state: Mutex<LineState>,
}

struct LineState {
    is_open: bool,
    /// How many connections there were before this one.
    opened: u64,
    pipe: Arc<Pipe>,
    lost: Vec<Arc<dyn Fn(Fault) + Send + Sync>>,
}

impl Network {
    /// A server with nothing in it.
    ///
    /// ```
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let network = Network::new(&Simulation::new(1));
    /// assert!(network.memory().keys().is_empty());
    /// ```
    pub fn new(simulation: &Simulation) -> Self {
        let (server, between) = (simulation.node(), simulation.node());
        let state = State { slowest: SLOWEST, ..State::default() };
        Self(Arc::new(Shared {
            simulated: Arc::clone(&simulation.simulated),
            server,
            between,
            memory: Memory::new(),
            state: Mutex::new(state),
        }))
    }

    /// A connection of a node's, to be given to its runtime.
    ///
    /// ```
    /// use cachekit::Runtime;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// node.run(|| Runtime::builder().backend(connection).install())?;
    /// # Ok::<(), cachekit::Error>(())
    /// ```
    pub fn connect(&self, node: &World) -> Connection {
        let state = LineState { is_open: true, opened: 0, pipe: Arc::default(), lost: Vec::new() };
        let mut shared = self.state();
        let line = Arc::new(Line { number: shared.lines.len() + 1, state: Mutex::new(state) });
        shared.lines.insert(node.number(), Arc::clone(&line));
        drop(shared);
        Connection::new(self.clone(), line)
    }

    /// What the server holds; whatever is done with it is done at once. It has the clock of
    /// [`Network::server`].
    ///
    /// ```
    /// use cachekit::testing::{Kept, Network, Simulation};
    ///
    /// let network = Network::new(&Simulation::new(1));
    /// network.memory().put("somebody's", Kept::Foreign);
    /// assert_eq!(network.memory().keys(), ["somebody's"]);
    /// network.memory().flush();
    /// assert!(network.memory().keys().is_empty());
    /// ```
    pub fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// The server's process, whose clock can be stepped.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let network = Network::new(&simulation);
    /// simulation.step_clock_back(network.server(), Duration::from_secs(60));
    /// ```
    pub fn server(&self) -> &World {
        &self.0.server
    }

    /// Hears of each command that the server obeys: which connection it came by, what it was, and
    /// what came of it.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// let (tell, told) = mpsc::channel();
    /// network.watch(move |what| tell.send(what.to_owned()).expect("somebody listens"));
    /// simulation.spawn(&node, async move { connection.ping().await });
    /// simulation.run();
    /// assert_eq!(told.try_recv().as_deref(), Ok("connection 1: ping: Ok(())"));
    /// ```
    pub fn watch(&self, watcher: impl Fn(&str) + Send + Sync + 'static) {
        self.state().watcher = Some(Watcher(Arc::new(watcher)));
    }

    /// How long a command or an answer is under way at most; each takes a time of its own. Two
    /// milliseconds unless set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// network.slowest(Duration::from_secs(60));
    /// simulation.spawn(&node, async move { connection.ping().await });
    /// simulation.run();
    /// assert!(simulation.now() > Duration::from_secs(1));
    /// ```
    pub fn slowest(&self, time: Duration) {
        self.state().slowest = time;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        plain(&self.0.state)
    }

    fn watcher(&self) -> Option<Watcher> {
        self.state().watcher.clone()
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, LineState> {
        plain(&self.state)
    }

    /// The connection that is open, if one can be.
    fn pipe(&self) -> Result<Arc<Pipe>, Fault> {
        let state = self.state();
        if state.is_open { Ok(Arc::clone(&state.pipe)) } else { Err(unreachable()) }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("number", &self.number).finish_non_exhaustive()
    }
}

fn unreachable() -> Fault {
    Fault::unreachable("the simulated network has no way to the server")
}

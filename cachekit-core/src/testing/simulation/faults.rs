//! What befalls a node of a simulation: its process ends, its machine stands still, its clock is set.

use std::time::Duration;

use super::{Simulation, World};

impl Simulation {
    /// Ends a node as a process that is killed: its tasks and what it does in the background have no
    /// turn any more, and nothing is left to be done at its end.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::{Simulation, sleep};
    ///
    /// let simulation = Simulation::new(1);
    /// let node = simulation.node();
    /// simulation.spawn(&node, sleep(Duration::from_secs(60)));
    /// simulation.kill(&node);
    /// simulation.run();
    /// assert!(simulation.now() < Duration::from_secs(60));
    /// ```
    pub fn kill(&self, node: &World) {
        self.simulated.kill(node.number());
    }

    /// Stops a node as a machine that is suspended, or lets it go on. Its wall clock goes on
    /// meanwhile, and its monotonic clock stands still.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::testing::{Simulation, sleep};
    ///
    /// let simulation = Simulation::new(1);
    /// let node = simulation.node();
    /// simulation.spawn(&node, sleep(Duration::from_secs(60)));
    /// simulation.suspend(&node, true);
    /// simulation.run_for(Duration::from_secs(3_600));
    /// simulation.suspend(&node, false);
    /// simulation.run();
    /// assert!(simulation.now() >= Duration::from_secs(3_660));
    /// ```
    pub fn suspend(&self, node: &World, suspended: bool) {
        self.simulated.suspend(node.number(), suspended);
    }

    /// Steps a node's wall clock ahead.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let network = Network::new(&simulation);
    /// let time = || network.server().run(|| network.memory().time().earliest);
    /// let before = time();
    /// simulation.step_clock(network.server(), Duration::from_secs(60));
    /// assert_eq!(time(), before + 60_000);
    /// ```
    pub fn step_clock(&self, node: &World, ahead: Duration) {
        self.simulated.step_wall(node.number(), ahead, false);
    }

    /// Steps a node's wall clock back.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let network = Network::new(&simulation);
    /// let time = || network.server().run(|| network.memory().time().earliest);
    /// let before = time();
    /// simulation.step_clock_back(network.server(), Duration::from_secs(60));
    /// assert_eq!(time(), before - 60_000);
    /// ```
    pub fn step_clock_back(&self, node: &World, back: Duration) {
        self.simulated.step_wall(node.number(), back, true);
    }
}

//! What befalls the network: a connection breaks, a node is out of reach, the server hangs.

use std::sync::Arc;

use super::{Line, Network, World, unreachable};

impl Network {
    /// Cuts a node's connection. What was sent and has not arrived is lost or, up to some command,
    /// arrives all the same; no answer does. The node's next command opens another connection.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// simulation.spawn(&node, async move {
    ///     assert!(connection.ping().await.is_err());
    ///     assert!(connection.ping().await.is_ok());
    /// });
    /// simulation.run_for(Duration::from_nanos(1));
    /// network.cut(&node);
    /// simulation.run();
    /// ```
    pub fn cut(&self, node: &World) {
        if let Some(line) = self.line(node) {
            self.cut_line(&line);
        }
    }

    /// Lets a node reach the server, or cuts its connection and lets none be opened.
    ///
    /// ```
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// network.reach(&node, false);
    /// simulation.spawn(&node, async move { assert!(connection.ping().await.is_err()) });
    /// simulation.run();
    /// network.reach(&node, true);
    /// ```
    pub fn reach(&self, node: &World, can: bool) {
        let Some(line) = self.line(node) else { return };
        line.state().is_open = can;
        if can {
            return;
        }
        self.cut_line(&line);
        // As a client that tries once more, at once.
        let told = line.state().lost.clone();
        node.run(|| told.iter().for_each(|tell| tell(unreachable())));
    }

    /// Lets the server obey nothing, as a process that is stopped, until it is let go on.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use cachekit::backend::Backend;
    /// use cachekit::testing::{Network, Simulation};
    ///
    /// let simulation = Simulation::new(1);
    /// let (network, node) = (Network::new(&simulation), simulation.node());
    /// let connection = network.connect(&node);
    /// let (tell, obeyed) = mpsc::channel();
    /// network.watch(move |what| tell.send(what.to_owned()).expect("somebody listens"));
    /// simulation.spawn(&node, async move { connection.ping().await });
    /// network.hang(true);
    /// simulation.run_for(Duration::from_secs(3_600));
    /// assert!(obeyed.try_recv().is_err());
    /// network.hang(false);
    /// assert!(obeyed.try_recv().is_ok());
    /// ```
    pub fn hang(&self, hangs: bool) {
        let mut state = self.state();
        state.hangs = hangs;
        let arrived = if hangs { Vec::new() } else { std::mem::take(&mut state.arrived) };
        drop(state);
        for job in arrived {
            self.obey(job);
        }
    }

    fn line(&self, node: &World) -> Option<Arc<Line>> {
        self.state().lines.get(&node.number()).cloned()
    }

    fn cut_line(&self, line: &Line) {
        let mut state = line.state();
        state.opened += 1;
        let pipe = std::mem::take(&mut state.pipe);
        drop(state);
        pipe.cut(self.0.simulated.random());
    }
}

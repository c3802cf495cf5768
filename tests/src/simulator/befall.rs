//! What befalls nodes, the network and the server, and how it is mended.

use std::time::Duration;

use cachekit::testing::{Network, Simulation, World};

use super::plan::Befalls;

/// What can befall, and what is mended at which time.
pub(super) struct Fates<'a> {
    pub(super) simulation: &'a Simulation,
    pub(super) network: &'a Network,
    pub(super) nodes: &'a [World],
    pub(super) killed: Vec<bool>,
    /// What ends, and when.
    pub(super) ends: Vec<(Duration, Befalls)>,
}

impl Fates<'_> {
    /// When the next of them ends.
    pub(super) fn next_end(&self) -> Option<Duration> {
        self.ends.iter().map(|(at, _)| *at).min()
    }

    pub(super) fn befall(&mut self, what: Befalls) {
        let now = self.simulation.now();
        match what {
            Befalls::Cut(node) => self.network.cut(&self.nodes[node]),
            Befalls::Away(node, time) => {
                self.network.reach(&self.nodes[node], false);
                self.ends.push((now + time, what));
            }
            Befalls::Hang(time) => {
                self.network.hang(true);
                self.ends.push((now + time, what));
            }
            Befalls::Kill(node) => {
                self.simulation.kill(&self.nodes[node]);
                self.network.cut(&self.nodes[node]);
                self.killed[node] = true;
            }
            Befalls::Suspend(node, time) => {
                self.simulation.suspend(&self.nodes[node], true);
                self.ends.push((now + time, what));
            }
            Befalls::Step(node, time, back) => self.step(&self.nodes[node], time, back),
            Befalls::StepServer(time, back) => self.step(self.network.server(), time, back),
            Befalls::Flush => self.network.memory().flush(),
            Befalls::Delete(nth) => {
                let keys = self.network.memory().keys();
                if let Some(key) = keys.get(usize::try_from(nth).unwrap_or_default()) {
                    self.network.memory().delete(key);
                }
            }
        }
    }

    /// Ends what has lasted long enough, or everything.
    pub(super) fn mend(&mut self, everything: bool) {
        let now = self.simulation.now();
        let (over, lasting): (Vec<_>, Vec<_>) =
            self.ends.drain(..).partition(|(at, _)| everything || *at <= now);
        self.ends = lasting;
        for (_, what) in over {
            match what {
                Befalls::Away(node, _) => self.network.reach(&self.nodes[node], true),
                Befalls::Hang(_) => self.network.hang(false),
                Befalls::Suspend(node, _) => self.simulation.suspend(&self.nodes[node], false),
                _ => {}
            }
        }
    }

    fn step(&self, world: &World, time: Duration, back: bool) {
        if back {
            self.simulation.step_clock_back(world, time);
        } else {
            self.simulation.step_clock(world, time);
        }
    }
}

//! What the nodes of a run share, and the faults that befall it.

use std::time::Duration;

use cachekit::testing::Memory;
use cachekit::{Runtime, RuntimeBuilder, Thresholds};

use super::dice::Dice;
use super::subject::BULK;
use crate::directory::Directory;
use crate::patience::{PATIENCE, until, work_for};
use crate::world::World;

/// What the nodes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Nothing: there is one.
    Nothing,
    /// A server behind a proxy.
    Redis,
    /// A directory.
    Disk,
    /// A tier in memory.
    Memory,
}

/// What befalls the tier, again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faults {
    /// Nothing.
    Quiet,
    /// The proxy's answers are late, so that more happens between the server and the caller.
    Late,
    /// Connections are closed, and mostly refused for a while.
    Cuts,
    /// The proxy swallows everything for a while.
    BlackHoles,
    /// The tier in memory plays dead for a while.
    Kills,
    /// A file stands in the directory's place for a while.
    Breaks,
}

/// The tier of one run.
#[derive(Debug)]
pub(super) enum Stand {
    Nothing,
    Redis(World),
    Disk(Directory),
    Memory(Memory),
}

/// What a call may take where nothing is ever answered: calls are to end while the hole lasts, and
/// a healthy answer on a busy machine is to come in time.
const SHORT: Duration = Duration::from_millis(150);

impl Stand {
    pub(super) fn new(tier: Tier) -> Self {
        match tier {
            Tier::Nothing => Self::Nothing,
            Tier::Redis => Self::Redis(World::bare()),
            Tier::Disk => Self::Disk(Directory::new()),
            Tier::Memory => Self::Memory(Memory::new()),
        }
    }

    /// A node's runtime.
    ///
    /// Outages follow one another here, and none is to be taken for a relapse of the one before.
    pub(super) fn runtime(&self, faults: Faults) -> Runtime {
        let op_timeout = if faults == Faults::BlackHoles { SHORT } else { PATIENCE / 4 };
        let breaker = Thresholds { failures: 5, recovery: Duration::from_millis(1), probes: 3 };
        let settings = |builder: RuntimeBuilder| {
            let builder = builder.op_timeout(op_timeout).breaker(breaker);
            // A busy machine may take longer for the first answer than a short deadline allows.
            builder.max_value_bytes(BULK / 2).start_without_l2()
        };
        match self {
            Self::Nothing => Runtime::builder().build().expect("it needs nothing"),
            Self::Redis(world) => world.runtime(settings),
            Self::Disk(directory) => directory.runtime(settings),
            Self::Memory(memory) => {
                let builder = Runtime::builder().backend(memory.clone()).on_event(|_| {});
                settings(builder).build().expect("memory is there")
            }
        }
    }

    /// A quiet while, and then a fault that ends; whether there was one.
    pub(super) fn befall(&self, faults: Faults, dice: &mut Dice, nodes: &[&Runtime]) -> bool {
        let mut millis = |least: u64, most: u64| {
            work_for(Duration::from_millis(least + dice.below(most - least)));
        };
        if faults == Faults::Quiet {
            millis(10, 20);
            return false;
        }
        millis(30, 150);
        match (self, faults) {
            (Self::Redis(world), Faults::Late) => {
                world.chaos.delay(Duration::from_millis(1));
                millis(50, 150);
                world.chaos.restore();
                return true;
            }
            (Self::Redis(world), Faults::Cuts) => {
                world.chaos.cut();
                millis(1, 100);
                world.chaos.restore();
            }
            (Self::Redis(world), Faults::BlackHoles) => {
                millis(50, 150);
                world.chaos.blackhole();
                millis(160, 300);
                world.chaos.restore();
            }
            (Self::Memory(memory), _) => {
                memory.kill();
                millis(1, 100);
                memory.revive();
            }
            (Self::Disk(directory), _) => {
                directory.break_it();
                millis(1, 100);
                directory.mend_it();
            }
            (stand, faults) => unreachable!("no {faults:?} befalls {stand:?}"),
        }
        settle(nodes);
        true
    }
}

/// Waits until every node knows that its tier is there, and owes it nothing.
pub(super) fn settle(nodes: &[&Runtime]) {
    until("every node is up and owes nothing", || {
        nodes.iter().all(|node| {
            let health = node.health();
            matches!(health.availability(), "up" | "none") && health.owed() == 0
        })
    });
}

//! In place of the I/O thread in a simulation: work has its turns beside everything else.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Weak};

use crate::l2::Spawn;
use crate::world::Here;
use crate::world::simulated::{self, Simulated};

/// A way to start work in a node of a simulation.
pub(crate) struct InTurns {
    simulated: Weak<Simulated>,
    here: Here,
}

impl InTurns {
    /// For the world that this thread is in; `None` outside of a simulation.
    pub(crate) fn here() -> Option<Arc<dyn Spawn>> {
        let simulated = Arc::downgrade(&simulated::current()?);
        Some(Arc::new(Self { simulated, here: Here::now() }))
    }
}

impl Spawn for InTurns {
    fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        // What begins once the simulation is over is dropped, as it is when the I/O thread has ended.
        if let Some(simulated) = self.simulated.upgrade() {
            self.here.run(|| simulated.spawn(work));
        }
    }
}

impl fmt::Debug for InTurns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InTurns")
    }
}

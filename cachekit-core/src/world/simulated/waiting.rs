//! A wait in a simulation, by the clock of the node that it is in.

use std::fmt;
use std::sync::{Arc, Weak};
use std::task::Waker;
use std::time::{Duration, Instant};

use super::super::several::{Number, number};
use super::Simulated;

/// A wait that is written down; dropping it forgets it.
pub(crate) struct Waiting {
    simulated: Weak<Simulated>,
    of: Number,
    place: (Duration, u64),
}

impl Waiting {
    /// Waits on with another waker.
    pub(crate) fn renew(&self, waker: Waker) {
        let Some(simulated) = self.simulated.upgrade() else { return };
        let before = simulated.state().node(self.of).wait(self.place, waker);
        drop(before);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(simulated) = self.simulated.upgrade() else { return };
        let waker = simulated.state().node(self.of).forget(self.place);
        drop(waker);
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Simulated {
    /// Writes down a wait of this thread's node.
    pub(crate) fn wait(self: &Arc<Self>, at: Instant, waker: Waker) -> Waiting {
        let mut state = self.state();
        state.waits += 1;
        let (of, place) = (number(), (at.saturating_duration_since(self.base), state.waits));
        let none = state.node(of).wait(place, waker);
        drop(state);
        drop(none);
        Waiting { simulated: Arc::downgrade(self), of, place }
    }
}

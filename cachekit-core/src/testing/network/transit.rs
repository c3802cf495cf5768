//! What is under way: commands to the server, and answers to nodes.

use std::sync::Arc;
use std::time::Duration;

use crate::time::{clock, timer};

use super::Network;
use super::pipe::{Job, Pipe};

impl Network {
    /// How long the next message takes.
    fn delay(&self) -> Duration {
        let slowest = u64::try_from(self.state().slowest.as_nanos()).unwrap_or(u64::MAX).max(1);
        let draw = || self.0.simulated.random() % slowest;
        // Most are quick, and some take as long as they may.
        let late = self.0.simulated.random().is_multiple_of(4);
        Duration::from_nanos(if late { draw() } else { draw().min(draw()) / 8 })
    }

    /// Sends a command through a pipe.
    pub(super) fn send(&self, pipe: &Arc<Pipe>, job: Job) {
        pipe.sent(job);
        let (network, pipe, delay) = (self.clone(), Arc::clone(pipe), self.delay());
        self.later(delay, move || {
            // Whichever moment this is, what was sent first arrives first.
            if let Some(job) = pipe.arrives() {
                network.arrive(job);
            }
        });
    }

    fn arrive(&self, job: Job) {
        let mut state = self.state();
        if state.hangs {
            state.arrived.push(job);
            return;
        }
        drop(state);
        self.obey(job);
    }

    /// Obeys a command, and sends its answer back.
    pub(super) fn obey(&self, job: Job) {
        let (pipe, answer) = self.0.server.run(|| job.obey(&self.0.memory));
        pipe.answered(answer);
        self.later(self.delay(), move || pipe.delivers());
    }

    fn later(&self, delay: Duration, then: impl FnOnce() + Send + 'static) {
        let work = move || {
            let at = clock::now() + delay;
            Box::pin(async move {
                timer::sleep_until(at).await;
                then();
            })
        };
        self.0.between.run(|| self.0.simulated.spawn(work()));
    }
}

//! Tests of what waits for a tier that nobody knows of yet.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::l2::Spawn;
use crate::l2::breaker::Thresholds;
use crate::l2::memory::Memory;
use crate::observe::event::Sink;
use crate::time::clock::{self, Clock};

use super::{Gate, Parts};

/// Runs nothing.
#[derive(Debug)]
struct Nowhere;

impl Spawn for Nowhere {
    fn spawn(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        drop(work);
    }
}

/// A task that is like no other.
struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

fn starting() -> Arc<Gate> {
    Gate::new(Parts {
        backend: Arc::new(Memory::new()),
        thresholds: Thresholds::default(),
        op_timeout: Duration::from_secs(1),
        clock: Clock::default(),
        sink: Sink::default(),
        spawner: Arc::new(Nowhere),
    })
}

/// How long a caller takes to begin to wait beside so many others.
fn took(callers: u32) -> Duration {
    let gate = starting();
    let deadline = clock::now() + Duration::from_secs(3_600);
    let mut waits: Vec<_> = (0..callers).map(|_| Box::pin(gate.known(deadline))).collect();
    let wakers: Vec<_> = (0..callers).map(|_| Waker::from(Arc::new(Task))).collect();
    let began = clock::now();
    for (wait, waker) in waits.iter_mut().zip(&wakers) {
        assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    let took = clock::now() - began;
    gate.found();
    for (wait, waker) in waits.iter_mut().zip(&wakers) {
        assert!(matches!(wait.as_mut().poll(&mut Context::from_waker(waker)), Poll::Ready(Ok(()))));
    }
    took / callers
}

/// C10: whoever calls while the tier is being reached for the first time waits beside the others,
/// at a price that does not grow with their number.
#[test]
fn a_caller_waits_for_the_first_answer_beside_any_number_of_others() {
    let fastest = |callers| (0..5).map(|_| took(callers)).min().expect("there are rounds");
    let (few, many) = (fastest(1_000), fastest(32_000));
    let ratio = many.as_secs_f64() / few.as_secs_f64().max(1e-9);
    println!("waiting beside 32 times as many: {ratio:.1} times, at most 8");
    assert!(ratio <= 8.0, "{ratio:.1} times");
}

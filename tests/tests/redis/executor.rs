//! A sync function over a server, called by threads that an executor counts the turns of.

use cachekit::cached;
use cachekit_tests::{Failure, Slot, World};

/// A task that calls a sync function many times in one turn is served each time: what the executor
/// lets a task do in a turn is no bound on what a function that blocks may ask the server.
#[tokio::test]
async fn a_task_may_call_a_sync_function_many_times_in_one_turn() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn blocks(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let _world = World::with(&RUNTIME, |builder| {
        // Shorter than usual, so that a call which is not served fails soon.
        builder.op_timeout(std::time::Duration::from_secs(1))
    });
    for n in 0..1_000 {
        assert_eq!(blocks(n).expect("the server is there"), n);
    }
    assert_eq!(RUNTIME.health().availability(), "up");
}

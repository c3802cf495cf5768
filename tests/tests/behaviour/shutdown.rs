//! A runtime without a server that is shut down, and one whose functions are called for the first time after it.

use std::time::Duration;

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Events, Failure, Slot};

const SECOND: Duration = Duration::from_secs(1);

/// B35: a runtime without an L2 has nothing to wait for, says that it is over, and its functions go on.
#[test]
fn a_runtime_without_an_l2_ends_at_once() {
    static RUNTIME: Slot = Slot::new();

    #[cached(runtime = RUNTIME)]
    fn local(n: u32) -> u32 {
        n
    }

    let events = Events::default();
    let builder = Runtime::builder().on_event(events.listener());
    RUNTIME.set(builder.build().expect("it needs nothing"));
    assert_eq!(local(1), 1);
    assert!(RUNTIME.shutdown(SECOND).wait().is_nothing());
    assert!(RUNTIME.shutdown(SECOND).wait().is_nothing());
    assert_eq!(local::detailed(1).source, Source::L1);
    assert_eq!(events.names(), ["RUNTIME_SHUT_DOWN"]);
}

/// B35: a shutdown is awaited in any executor, for as long as there is time at all, and a function
/// that is called for the first time after it finds the end.
#[tokio::test]
async fn a_shutdown_is_awaited_and_found_by_a_first_call() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    async fn refused(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    async fn marked(n: u32) -> u32 {
        n
    }

    let builder = Runtime::builder().backend(Memory::new()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    assert!(RUNTIME.shutdown(Duration::MAX).await.is_nothing());
    let error = refused(1).await.expect_err("nobody is asked").cache();
    assert!(error.is_unavailable() && error.to_string().contains("was shut down"), "{error}");
    let answers = [marked::detailed(1).await, marked::detailed(1).await];
    assert!(answers.iter().all(|answer| answer.degraded && answer.value == 1));
    assert_eq!(answers.map(|answer| answer.source), [Source::Computed, Source::Fallback]);
}

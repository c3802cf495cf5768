//! Sync and async functions over a second tier, inside every kind of runtime and none.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use cachekit::testing::Memory;
use cachekit::{Mode, Runtime, Source, cached};
use cachekit_tests::{Failure, Slot};

static RUNTIME: Slot = Slot::new();

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
fn blocking(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

#[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
async fn polled(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// An executor that has no reactor, no timer and no thread but the caller's.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A sync function neither blocks for ever nor panics in any runtime, and an async one needs none.
#[test]
fn every_function_works_inside_every_runtime_and_outside_all() {
    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("it is in memory"));
    let current = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
    let multi = multi.expect("a runtime");

    assert_eq!(blocking(1).expect("it is in memory"), 1);
    assert_eq!(current.block_on(async { blocking(2) }).expect("it is in memory"), 2);
    let spawned = multi.block_on(async { tokio::spawn(async { blocking(3) }).await });
    assert_eq!(spawned.expect("no panic").expect("it is in memory"), 3);
    let local = tokio::task::LocalSet::new();
    assert_eq!(local.block_on(&current, async { blocking(4) }).expect("it is in memory"), 4);

    assert_eq!(block_on(polled(1)).expect("it is in memory"), 1);
    assert_eq!(current.block_on(polled(2)).expect("it is in memory"), 2);
    let spawned = multi.block_on(async { tokio::spawn(polled(3)).await });
    assert_eq!(spawned.expect("no panic").expect("it is in memory"), 3);
    assert_eq!(block_on(polled::detailed(3)).expect("it is in memory").source, Source::L2);
    drop(multi);
    assert_eq!(block_on(polled::detailed(3)).expect("it outlives any runtime").source, Source::L2);
}

/// B1, C3: a mode is written in its short form and printed in its long one.
#[test]
fn a_mode_has_a_short_and_a_long_name() {
    for (mode, short, long) in [
        (Mode::Local, "local", "LOCAL_ONLY"),
        (Mode::Strict, "strict", "STRICT_DISTRIBUTED"),
        (Mode::Degraded, "degraded", "EXPLICIT_DEGRADED"),
    ] {
        assert_eq!((mode.as_str(), mode.to_string()), (short, long.to_owned()));
    }
}

/// B2, B19, B20: a function that names no mode is local, and reaches no server although the
/// process has one.
#[test]
fn a_function_that_names_no_mode_reaches_no_server() {
    #[cached(ttl = 60)]
    fn modeless(n: u32) -> u32 {
        n
    }

    #[cached(mode = "local", ttl = 60)]
    fn local(n: u32) -> u32 {
        n
    }

    let memory = Memory::new();
    let runtime = Runtime::builder().backend(memory.clone()).build().expect("it is in memory");
    for n in 0..100 {
        assert_eq!((modeless(n), local(n)), (n, n));
    }
    assert_eq!((modeless::stats().mode, local::stats().mode), (Mode::Local, Mode::Local));
    assert_eq!(modeless::stats().backend, None);
    assert_eq!(runtime.functions().iter().count(), 0);
    let seen = thread::scope(|scope| {
        let one = scope.spawn(|| local::detailed(1)).join();
        one.expect("no panic").source
    });
    assert_eq!(seen, Source::L1, "two threads, one entry");
}

/// C5, B18: a tier that says twice that it is lost is told of once, and once more when it is back.
#[test]
fn a_tier_that_is_lost_twice_is_told_of_once() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn lost(n: u32) -> u32 {
        n
    }

    let (memory, events) = (Memory::new(), cachekit_tests::Events::default());
    let builder = Runtime::builder().backend(memory.clone()).on_event(events.listener());
    RUNTIME.set(builder.build().expect("it is in memory"));
    assert!(!lost::detailed(1).degraded);
    for _ in 0..3 {
        memory.kill();
        assert!(lost::detailed(1).degraded);
    }
    memory.revive();
    events.wait_for("BACKEND_RECOVERED");
    assert!(!lost::detailed(1).degraded);
    assert_eq!(events.names(), ["BACKEND_UNAVAILABLE_AT_RUNTIME", "BACKEND_RECOVERED"]);
}

//! What whoever runs a service asks of its functions without knowing their types.

use std::time::Duration;

use cachekit::testing::Memory;
use cachekit::{Function, Invalidated, Limit, Mode, Runtime, Source, cached};
use cachekit_tests::{Failure, Slot};

static RUNTIME: Slot = Slot::new();

#[cached(name = "admin::local", runtime = RUNTIME)]
fn local(n: u32) -> u32 {
    n
}

#[cached(name = "admin::generic", runtime = RUNTIME)]
fn generic<T: Copy + std::hash::Hash + Eq + Send + Sync + 'static>(value: T) -> usize {
    let _ = value;
    size_of::<T>()
}

#[cached(mode = "degraded", ttl = 30, name = "admin::degraded", runtime = RUNTIME)]
fn degraded(n: u32) -> u32 {
    n
}

#[cached(mode = "strict", ttl = 60, name = "admin::strict", runtime = RUNTIME)]
async fn strict(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// The sources of a call of each, in that order.
fn sources() -> [Source; 5] {
    [
        local::detailed(1).source,
        generic::detailed(1_u8).source,
        generic::detailed(1_u16).source,
        degraded::detailed(1).source,
        block_on(strict::detailed(1)).expect("it is in memory").source,
    ]
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

/// H18, N26: one operation invalidates every function of a runtime, of any mode and type, and says
/// the least that holds of all; a function tells its name, mode and life, and is invalidated, by the
/// constant alone. Nothing is done before it is awaited or waited for.
#[test]
fn a_runtime_and_its_functions_are_administered_without_their_types() {
    use Source::{Computed, L1, L2};

    let limit = Limit::ttl(Duration::from_secs(45));
    let builder = Runtime::builder().backend(Memory::new()).limit(strict::SPEC, limit);
    RUNTIME.set(builder.build().expect("it is in memory"));
    let told = |function: Function| (function.name(), function.mode(), function.ttl());
    assert_eq!(told(local::SPEC), ("admin::local", Mode::Local, None));
    let half = Some(Duration::from_secs(30));
    assert_eq!(told(degraded::SPEC), ("admin::degraded", Mode::Degraded, half));
    let limited = limit.max_size(1);
    assert_eq!(told(strict::SPEC), ("admin::strict", Mode::Strict, Some(Duration::from_secs(45))));
    assert_ne!(limit, limited);

    assert_eq!(sources(), [Computed; 5]);
    let cached = [L1, L1, L1, L1, L2];
    assert_eq!(sources(), cached);
    let never_awaited = RUNTIME.invalidate_all();
    assert_eq!(sources(), cached, "nothing is done before it is awaited");
    drop(never_awaited);
    assert_eq!(sources(), cached);

    let far = RUNTIME.invalidate_all().wait().expect("it is in memory");
    assert_eq!(far, Invalidated::LocalOnly, "two of them have no L2");
    assert_eq!(sources(), [Computed; 5]);
    assert_eq!(sources(), cached);
    let far = block_on(async { tokio::spawn(RUNTIME.invalidate_all()).await });
    assert!(far.expect("no panic").is_ok(), "it may be moved to another task");
    assert_eq!(sources(), [Computed; 5]);

    assert_eq!(sources(), cached);
    assert_eq!(generic::SPEC.invalidate_all().wait().expect("no L2"), Invalidated::LocalOnly);
    let done = block_on(strict::SPEC.invalidate_all());
    assert_eq!(done.expect("it is in memory"), Invalidated::Done);
    assert_eq!(sources(), [L1, Computed, Computed, L1, Computed], "and no other is");
}

/// H18: without functions, a runtime says no more than its tier could.
#[test]
fn a_runtime_without_functions_has_nothing_to_invalidate() {
    let told = |builder: cachekit::RuntimeBuilder| {
        let runtime = builder.build().expect("nothing is reached");
        runtime.invalidate_all().wait().expect("there is nothing to fail")
    };
    assert_eq!(told(Runtime::builder()), Invalidated::LocalOnly);
    assert_eq!(told(Runtime::builder().backend(Memory::new())), Invalidated::Done);
}

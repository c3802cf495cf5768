//! Bytes of stack that a level of recursion takes, and the cached functions of which it is told.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::LazyLock;
use std::thread;

use cachekit::testing::Memory;
use cachekit::{Runtime, cached};

thread_local! {
    static LOWEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Levels that are measured, after as many that are not.
const LEVELS: usize = 1_000;

/// Room for the deepest of them in an unoptimised build.
const STACK: usize = 256 << 20;

/// Notes how deep the stack is; called by every body that is measured.
#[inline(never)]
pub fn note() {
    let here = 0_u8;
    let address = std::ptr::from_ref(black_box(&here)).addr();
    LOWEST.set(LOWEST.get().min(address));
}

/// Bytes that a level of `call` takes, which calls itself for every number below its argument and
/// keeps what came of it.
///
/// # Panics
///
/// If a thread of that stack cannot be had.
pub fn of_a_level(call: fn(u64)) -> usize {
    let lowest = move |to: usize| {
        LOWEST.set(usize::MAX);
        call(to as u64);
        LOWEST.get()
    };
    thread::scope(|scope| {
        let measured = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            // What is there already ends the recursion, so that the second one is twice as deep.
            let (few, many) = (lowest(LEVELS), lowest(3 * LEVELS));
            (few - many) / LEVELS
        });
        measured.expect("a thread can be had").join().expect("the stack is deep enough")
    })
}

static TIER: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

#[cached]
fn local(n: u64) -> u64 {
    note();
    if n == 0 { 0 } else { local(n - 1) + 1 }
}

#[cached(mode = "degraded", ttl = 60, runtime = TIER)]
fn degraded(n: u64) -> u64 {
    note();
    if n == 0 { 0 } else { degraded(n - 1) + 1 }
}

#[cached(mode = "strict", ttl = 60, runtime = TIER)]
fn strict(n: u64) -> Result<u64, cachekit::Error> {
    note();
    if n == 0 { Ok(0) } else { strict(n - 1) }
}

#[cached]
async fn local_future(n: u64) -> u64 {
    note();
    if n == 0 { 0 } else { Box::pin(local_future(n - 1)).await + 1 }
}

#[cached(mode = "degraded", ttl = 60, runtime = TIER)]
async fn degraded_future(n: u64) -> u64 {
    note();
    if n == 0 { 0 } else { Box::pin(degraded_future(n - 1)).await + 1 }
}

#[cached(mode = "strict", ttl = 60, runtime = TIER)]
async fn strict_future(n: u64) -> Result<u64, cachekit::Error> {
    note();
    if n == 0 { Ok(0) } else { Box::pin(strict_future(n - 1)).await }
}

/// Awaits on a runtime of its own, whose thread this one is.
///
/// # Panics
///
/// If no runtime can be had.
pub fn block<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be had").block_on(future)
}

/// A recursion: what it is, a call of it, and the bytes that a level of it may take in this build.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// Its mode, and whether it is async.
    pub what: &'static str,
    /// Calls it.
    pub call: fn(u64),
    /// The most bytes of stack.
    pub most: usize,
}

/// A recursion of each mode, sync and async.
///
/// ```
/// assert!(cachekit_tests::depth::levels().iter().all(|level| level.most <= 1_500));
/// ```
pub fn levels() -> [Level; 6] {
    // An optimised build, and one that is not.
    let (sync, future) = if cfg!(debug_assertions) { (600, 1_500) } else { (200, 400) };
    let level = |what, call, most| Level { what, call, most };
    [
        level("local", |n| _ = local(n), sync),
        level("degraded", |n| _ = degraded(n), sync),
        level("strict", |n| _ = strict(n), sync),
        level("local, async", |n| _ = block(local_future(n)), future),
        level("degraded, async", |n| _ = block(degraded_future(n)), future),
        level("strict, async", |n| _ = block(strict_future(n)), future),
    ]
}

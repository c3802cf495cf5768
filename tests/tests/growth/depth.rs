//! What a level of recursion costs in stack, and how deep a recursion may be.

use std::sync::LazyLock;

use cachekit::testing::Memory;
use cachekit::{Runtime, cached};
use cachekit_tests::depth;

static TIER: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

#[cached]
fn local(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { local(n - 1) + 1 }
}

#[cached(mode = "degraded", ttl = 60, runtime = TIER)]
fn degraded(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { degraded(n - 1) + 1 }
}

#[cached(mode = "strict", ttl = 60, runtime = TIER)]
fn strict(n: u64) -> Result<u64, cachekit::Error> {
    depth::note();
    if n == 0 { Ok(0) } else { strict(n - 1) }
}

#[cached]
async fn local_future(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { Box::pin(local_future(n - 1)).await + 1 }
}

#[cached(mode = "degraded", ttl = 60, runtime = TIER)]
async fn degraded_future(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { Box::pin(degraded_future(n - 1)).await + 1 }
}

#[cached(mode = "strict", ttl = 60, runtime = TIER)]
async fn strict_future(n: u64) -> Result<u64, cachekit::Error> {
    depth::note();
    if n == 0 { Ok(0) } else { Box::pin(strict_future(n - 1)).await }
}

/// Prints what a level takes, and holds it to `most`: in an optimised build, or in one that is not.
fn level(what: &str, call: fn(u64), (release, debug): (usize, usize)) {
    let most = if cfg!(debug_assertions) { debug } else { release };
    let bytes = depth::of_a_level(call);
    println!("{what}: {bytes} B a level, at most {most}");
    assert!(bytes <= most, "{what}: {bytes} B a level, at most {most}");
}

/// Awaits on a runtime of its own, whose thread this one is.
fn block<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be had").block_on(future)
}

/// G8: the stack keeps of a level what the function itself keeps, and next to nothing of the cache.
#[test]
fn a_level_of_recursion_takes_little_stack_in_every_mode() {
    const SYNC: (usize, usize) = (200, 600);
    const ASYNC: (usize, usize) = (400, 1_500);
    level("local", |n| _ = local(n), SYNC);
    level("degraded", |n| _ = degraded(n), SYNC);
    level("strict", |n| _ = strict(n), SYNC);
    level("local, async", |n| _ = block(local_future(n)), ASYNC);
    level("degraded, async", |n| _ = block(degraded_future(n)), ASYNC);
    level("strict, async", |n| _ = block(strict_future(n)), ASYNC);
}

#[cached(max_size = 10_000)]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1).wrapping_add(fib(n - 2)) }
}

/// G8: in the 2 MiB that a test's thread or a worker has.
#[test]
fn a_recursion_of_thousands_of_levels_fits_a_thread() {
    let levels = if cfg!(debug_assertions) { 3_000 } else { 5_000 };
    let plain = (0..levels).fold((0_u64, 1_u64), |(a, b), _| (b, a.wrapping_add(b))).0;
    assert_eq!(fib(levels), plain);
}

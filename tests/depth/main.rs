//! Bytes of stack that a level of recursion takes, beside `cached` and `memoize`.
//!
//! Run it with `cargo bench -p cachekit-tests --bench depth`, and with `--profile dev` for a build
//! that is not optimised.

use std::sync::LazyLock;

use cachekit::testing::Memory;
use cachekit::{Runtime, cached};
use cachekit_tests::depth;

static TIER: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::builder().backend(Memory::new()).build().expect("builds"));

/// The stack that a test's thread or a worker has.
const THREAD: usize = 2 << 20;

fn plain(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { plain(n - 1) + 1 }
}

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

async fn plain_future(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { Box::pin(plain_future(n - 1)).await + 1 }
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

mod others {
    use cachekit_tests::depth;

    #[cached::macros::cached]
    pub(super) fn theirs(n: u64) -> u64 {
        depth::note();
        if n == 0 { 0 } else { theirs(n - 1) + 1 }
    }

    #[memoize::memoize]
    pub(super) fn memoized(n: u64) -> u64 {
        depth::note();
        if n == 0 { 0 } else { memoized(n - 1) + 1 }
    }
}

/// What it is, a call of it, and the most that a level of it may take.
type Level = (&'static str, fn(u64), Option<usize>);

fn block<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime can be had").block_on(future)
}

fn main() {
    // `cargo test --benches` runs this with other arguments.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (sync, future) = if cfg!(debug_assertions) { (600, 1_500) } else { (200, 400) };
    let levels: [Level; 9] = [
        ("a plain function", |n| _ = plain(n), None),
        ("cached 4.1", |n| _ = others::theirs(n), None),
        ("memoize 0.6", |n| _ = others::memoized(n), None),
        ("local", |n| _ = local(n), Some(sync)),
        ("degraded", |n| _ = degraded(n), Some(sync)),
        ("strict, of a Result", |n| _ = strict(n), Some(sync)),
        ("a plain future, boxed", |n| _ = block(plain_future(n)), None),
        ("local, async", |n| _ = block(local_future(n)), Some(future)),
        ("degraded, async", |n| _ = block(degraded_future(n)), Some(future)),
    ];
    println!(
        "{:<24} {:>8} {:>14} {:>8}",
        "a level of recursion", "stack", "levels in 2 MiB", "budget"
    );
    for (what, call, budget) in levels {
        let bytes = depth::of_a_level(call);
        let told = budget.map_or_else(String::new, |budget| {
            format!("{budget:>8} {}", if bytes <= budget { "met" } else { "missed" })
        });
        println!("{what:<24} {bytes:>6} B {:>14} {told}", THREAD / bytes.max(1));
    }
}

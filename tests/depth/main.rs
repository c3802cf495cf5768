//! Bytes of stack that a level of recursion takes, beside `cached` and `memoize`.
//!
//! Run it with `cargo bench -p cachekit-tests --bench depth`, and with `--profile dev` for a build
//! that is not optimised.

use cachekit_tests::depth::{self, Level, block};

/// The stack that a test's thread or a worker has.
const THREAD: usize = 2 << 20;

fn plain(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { plain(n - 1) + 1 }
}

async fn plain_future(n: u64) -> u64 {
    depth::note();
    if n == 0 { 0 } else { Box::pin(plain_future(n - 1)).await + 1 }
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

fn main() {
    // `cargo test --benches` runs this with other arguments.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "{:<24} {:>8} {:>14} {:>8}",
        "a level of recursion", "stack", "levels in 2 MiB", "budget"
    );
    let row = |what: &str, bytes: usize, told: &str| {
        println!("{what:<24} {bytes:>6} B {:>14} {told}", THREAD / bytes.max(1));
    };
    row("a plain function", depth::of_a_level(|n| _ = plain(n)), "");
    row("a plain future, boxed", depth::of_a_level(|n| _ = block(plain_future(n))), "");
    row("cached 4.1", depth::of_a_level(|n| _ = others::theirs(n)), "");
    row("memoize 0.6", depth::of_a_level(|n| _ = others::memoized(n)), "");
    for Level { what, call, most } in depth::levels() {
        let bytes = depth::of_a_level(call);
        let verdict = if bytes <= most { "met" } else { "missed" };
        row(what, bytes, &format!("{most:>8} {verdict}"));
    }
}

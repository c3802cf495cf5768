//! What `#[cached]` does without any server: computed, hit, expired, invalidated.
//!
//! Run it with `cargo run --example quickstart`.
#![expect(clippy::disallowed_methods, reason = "an example of slow functions sleeps and looks on")]

use std::thread::sleep;
use std::time::{Duration, Instant};

use cachekit::{Answer, Source, cached};

/// A slow function: it looks up a price, and each price is remembered for half a second.
#[cached(ttl = "500ms")]
fn price(item: &str, pieces: u32) -> u32 {
    sleep(Duration::from_millis(20));
    let cents = if item == "tea" { 420 } else { 95 };
    cents * pieces
}

/// A function that calls itself: each number is computed once.
#[cached]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

/// A function that can fail: only `Ok` is remembered, so a later try may succeed.
#[cached]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

fn main() -> Result<(), cachekit::Error> {
    println!("{:<44} {:>6}  {:<9} {:>8}", "price(item, pieces)", "cents", "source", "took");

    // `price` is called as it always was; `price::detailed` also tells where the value came from.
    show("the first call runs the function", Source::Computed, || price::detailed("tea", 3));
    show("the same call again is a hit", Source::L1, || price::detailed("tea", 3));
    show("other arguments have their own entry", Source::Computed, || price::detailed("pen", 2));

    // Something has changed: this entry is out of date, the other one is not.
    price::invalidate("tea", 3)?;
    show("invalidated, it is computed anew", Source::Computed, || price::detailed("tea", 3));
    show("the other entry is still there", Source::L1, || price::detailed("pen", 2));

    // A value that you already have goes in without a call.
    price::prime("ink", 1, 1_250)?;
    show("primed, it is a hit at once", Source::L1, || price::detailed("ink", 1));

    sleep(Duration::from_millis(500));
    show("past its ttl, it is computed anew", Source::Computed, || price::detailed("tea", 3));

    let stats = price::stats();
    println!("\nprice: {} calls, {} hits, {} misses", stats.calls, stats.hits, stats.misses);

    println!("fib(90) = {}, for which its body ran {} times", fib(90), fib::stats().computed);

    let failed = parse("seven").is_err() && parse("seven").is_err();
    println!("parse(\"seven\") failed twice: {failed}; entries: {}", parse::stats().entries);
    Ok(())
}

/// Makes a call, prints what came of it, and makes sure that it is what the text says.
fn show(what: &str, expected: Source, call: impl FnOnce() -> Answer<u32>) {
    let start = Instant::now();
    let answer = call();
    let millis = start.elapsed().as_secs_f64() * 1e3;
    let source = answer.source.as_str();
    println!("  {what:<42} {:>6}  {source:<9} {millis:>5.2} ms", answer.value);
    assert_eq!(answer.source, expected);
}

//! What a value in a directory costs beside the file operations that it cannot do without.
//!
//! The files of the comparison hold the same bytes, an envelope each, in a directory beside. They
//! are read and written on the caller's own thread, and on another that the caller waits for, as it
//! must where a disk that hangs may not hang it.

#[path = "disk/apart.rs"]
mod apart;
#[path = "disk/files.rs"]
mod files;
mod rounds;
#[path = "disk/still.rs"]
mod still;

use std::fs;
use std::sync::LazyLock;

use apart::Apart;
use cachekit::{Runtime, cached};
use files::Files;
use rounds::{Report, base, within};
use tempfile::TempDir;

const KEYS: u64 = 64;

/// What the functions fail with, which they never do here.
type Refused = cachekit::Error;

#[cached(mode = "strict", ttl = 3600)]
fn page(key: u64) -> Result<Vec<u8>, Refused> {
    compute(key)
}

/// A tier that answers at once.
static STILL: LazyLock<Runtime> = LazyLock::new(|| {
    let tier = Runtime::builder().backend(still::Still::default());
    tier.build().expect("it answers")
});

#[cached(mode = "strict", ttl = 3600, runtime = STILL)]
fn at_once(key: u64) -> Result<Vec<u8>, Refused> {
    compute(key)
}

/// A byte string of one KiB.
#[expect(clippy::unnecessary_wraps, reason = "a strict function can be refused")]
fn compute(key: u64) -> Result<Vec<u8>, Refused> {
    Ok(vec![key.to_le_bytes()[0]; 1024])
}

fn main() {
    let directory = TempDir::new().expect("the system has a temporary directory");
    let cache = directory.path().join("cache");
    Runtime::builder()
        .namespace("benches")
        .disk(&cache)
        .on_event(|_| ())
        .install()
        .expect("it can be made");
    for key in 0..KEYS {
        assert!(page(key).is_ok());
    }
    let envelope = fs::read(files::below(&cache).pop().expect("a value")).expect("it is there");
    let files = Files::new(&directory.path().join("raw"), KEYS, &envelope);
    let apart = Apart::start(files.clone());
    let mut report = Report::new("disk");
    boundary(&mut report);
    get(&mut report, &files, &apart);
    put(&mut report, &files, &apart);
    assert_eq!(page::stats().computed, KEYS, "every other call was a hit");
    report.end();
}

fn get(report: &mut Report, files: &Files, apart: &Apart) {
    let hits = |n: u64| (0..n).for_each(|call| assert!(page(call % KEYS).is_ok()));
    let reads = |n: u64| (0..n).for_each(|call| files.read(call % KEYS));
    let told = |n: u64| (0..n).for_each(|call| apart.read(call % KEYS));
    report.times(
        "get, 1 KiB, beside the same file read here",
        vec![base("open, read, close", reads), within(1.5, "#[cached]", hits)],
    );
    let rounds = report.times(
        "get, 1 KiB, beside the same file read on another thread",
        vec![base("open, read, close, apart", told), within(1.5, "#[cached]", hits)],
    );
    report.fact("get: beyond the file on another thread", beyond(&rounds), "us", None);
}

/// What the cache does around an operation, whatever the tier: digest, gate, breaker, deadline,
/// decoding, counters.
fn boundary(report: &mut Report) {
    (0..KEYS).for_each(|key| assert!(at_once(key).is_ok()));
    let hits = |n: u64| (0..n).for_each(|call| assert!(at_once(call % KEYS).is_ok()));
    let rounds = report.times(
        "boundary and breaker, of an operation that takes no time",
        vec![base("#[cached] over a tier that answers at once", hits)],
    );
    report.fact("boundary and breaker, an operation", rounds.time(0) / 1e3, "us", Some(5.0));
}

/// Microseconds that the second candidate takes more than the first.
fn beyond(rounds: &rounds::Rounds) -> f64 {
    (rounds.time(1) - rounds.time(0)) / 1e3
}

fn put(report: &mut Report, files: &Files, apart: &Apart) {
    let value = compute(7).expect("it is never refused");
    let primes = |n: u64| {
        for call in 0..n {
            assert!(page::prime(call % KEYS, value.clone()).is_ok());
        }
    };
    let writes = |n: u64| (0..n).for_each(|call| files.write(call % KEYS));
    let told = |n: u64| (0..n).for_each(|call| apart.write(call % KEYS));
    report.times(
        "put, 1 KiB, beside the same file written and renamed here",
        vec![base("create, write, close, rename", writes), within(1.5, "prime", primes)],
    );
    let rounds = report.times(
        "put, 1 KiB, beside the same file written and renamed on another thread",
        vec![base("create, write, close, rename, apart", told), within(1.5, "prime", primes)],
    );
    report.fact("put: beyond the file on another thread", beyond(&rounds), "us", None);
}

//! What each mode does while its Redis is there, is gone, is back, and hangs.
//!
//! `cargo run --example modes --features modes`; it starts a redis-server of its own.

use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use cachekit::{Answer, Error, Invalidated, Runtime, cached};
use cachekit_tests::{RedisGuard, timed};

/// What a strict function fails with: its own mistakes, or the cache's refusal.
enum Failure {
    TooLarge,
    Refused(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Redis is the authority: what it cannot vouch for is refused.
#[cached(mode = "strict", ttl = 60)]
fn strict(n: u64) -> Result<u64, Failure> {
    n.checked_mul(n).ok_or(Failure::TooLarge)
}

/// Redis is the authority while it is there; otherwise this process answers, and says so.
#[cached(mode = "degraded", ttl = 60)]
fn degraded(n: u64) -> u64 {
    n * n
}

/// Never leaves this process.
#[cached(ttl = 60)]
fn local(n: u64) -> u64 {
    n * n
}

/// How long an event may take; the slowest is that of a server which hangs.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let installed = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
    if installed.is_err() {
        eprintln!(
            "error: this example starts a redis-server, and there is none to start; install \
                   one, for example with `apt-get install redis-server`"
        );
        return ExitCode::FAILURE;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let mut redis = RedisGuard::start();
    let (tell, told) = mpsc::channel();
    let runtime = Runtime::builder()
        .namespace("examples")
        .redis(redis.url())
        // Nobody listens any more once the example is over.
        .on_event(move |event| drop(tell.send(event.to_json())))
        .functions([strict::SPEC, degraded::SPEC, local::SPEC])
        .install()?;

    title("Redis is there");
    call("a first call", 1);
    call("the same call again", 1);

    redis.kill();
    title("Redis is gone");
    event(&told, "BACKEND_UNAVAILABLE_AT_RUNTIME");
    call("a call whose answer is known", 1);
    call("a call whose answer is not", 2);
    call("the same call again", 2);
    invalidate("an entry is invalidated", 1);
    event(&told, "INVALIDATION_PENDING");

    redis.restart();
    title("Redis is back, and empty");
    event(&told, "BACKEND_RECOVERED");
    call("the invalidated entry is gone", 1);
    call("so is what the outage made", 2);
    call("the same call again", 2);

    redis.pause();
    title("Redis hangs");
    call("one call waits 500 ms, no longer", 3);
    // The calls that found no answer made somebody patient ask, and that one goes unanswered.
    call("another", 4);
    event(&told, "BACKEND_UNAVAILABLE_AT_RUNTIME");
    call("now nobody waits any more", 5);

    redis.resume();
    title("Redis goes on");
    event(&told, "BACKEND_RECOVERED");
    call("as in the beginning", 5);

    title("What became of the calls");
    row("calls", |stats| stats.calls);
    row("answered by a body", |stats| stats.misses);
    row("answered from an entry", |stats| stats.hits);
    row("refused", |stats| stats.errors);

    redis.kill();
    event(&told, "BACKEND_UNAVAILABLE_AT_RUNTIME");
    if let Err(Failure::Refused(error)) = strict(6) {
        println!("\nA refusal in its own words: {error}");
    }

    title("The service ends");
    let left = runtime.shutdown(Duration::from_secs(1)).wait();
    event(&told, "RUNTIME_SHUT_DOWN");
    println!("  owed: {}, still running: {}", left.owed, left.running);
    call("a call that comes too late", 7);
    Ok(())
}

fn title(what: &str) {
    println!("\n{what:<36}{:<24}{:<28}local", "strict", "degraded");
}

/// Calls all three functions, and prints where the answers came from.
fn call(what: &str, n: u64) {
    let strict = timed(|| describe(strict::detailed(n)));
    let degraded = timed(|| describe(Ok(degraded::detailed(n))));
    let local = timed(|| describe(Ok(local::detailed(n))));
    print(what, [strict, degraded, local]);
}

fn invalidate(what: &str, n: u64) {
    let describe = |invalidated: Result<Invalidated, Error>| match invalidated {
        Ok(invalidated) => format!("{invalidated:?}"),
        Err(error) => format!("refused on {}", error.operation()),
    };
    let strict = timed(|| describe(strict::invalidate(n)));
    let degraded = timed(|| describe(degraded::invalidate(n)));
    let local = timed(|| describe(local::invalidate(n)));
    print(what, [strict, degraded, local]);
}

fn describe(answer: Result<Answer<u64>, Failure>) -> String {
    match answer {
        Ok(answer) if answer.degraded => format!("{}, degraded", answer.source.as_str()),
        Ok(answer) => answer.source.as_str().to_owned(),
        Err(Failure::Refused(error)) => format!("refused on {}", error.operation()),
        Err(Failure::TooLarge) => "too large".to_owned(),
    }
}

/// A row; times are shown where somebody would notice them.
fn print(what: &str, cells: [(String, Duration); 3]) {
    let cell = |(text, took): (String, Duration)| match took.as_millis() {
        0..100 => text,
        millis => format!("{text} {millis} ms"),
    };
    let [strict, degraded, local] = cells.map(cell);
    println!("  {what:<34}{strict:<24}{degraded:<28}{local}");
}

fn row(what: &str, of: fn(&cachekit::Stats) -> u64) {
    let stats = [strict::stats(), degraded::stats(), local::stats()];
    let [strict, degraded, local] = stats.each_ref().map(of);
    println!("  {what:<34}{strict:<24}{degraded:<28}{local}");
}

/// Waits for an event, and prints those that came meanwhile.
fn event(told: &Receiver<String>, name: &str) {
    loop {
        let line = told.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|_ended| panic!("no {name} came within {PATIENCE:?}"));
        println!("  {line}");
        if line.contains(name) {
            return;
        }
    }
}

//! What every package of a lockfile depends on, computed by a recursive function that remembers.
//!
//! ```text
//! cargo run --example dependencies --features dependencies -- [LOCKFILE] [options]
//!   --package NAME[@VERSION]   what this package depends on, by name
//!   --all                      every row of the table
//!   --redis URL                share the results with other processes
//! ```
//!
//! Without LOCKFILE it reads this workspace's own. With `--redis`, a second run is answered from
//! Redis: the column `L2` shows how often.
#![expect(clippy::disallowed_methods, reason = "an example tells how long its work took")]

mod arguments;
mod lock;
mod reach;
mod report;

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cachekit::{Runtime, Stats};

use arguments::Arguments;
use lock::{Graph, Package};
use reach::Reach;

/// Body runs that the comparison without a cache may take; beyond, it is counted and not tried.
const PATIENCE: u128 = 5_000_000;

fn main() -> ExitCode {
    let asked = match Arguments::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(why) => return fail(&why, 2),
    };
    match run(&asked) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader, `head` for one, has seen enough.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => fail(&error, 1),
    }
}

fn run(asked: &Arguments) -> Result<(), Box<dyn Error>> {
    if asked.help {
        return Ok(writeln!(io::stdout(), "{}", arguments::USAGE)?);
    }
    let graph = Graph::read(&asked.lockfile)?;
    let chosen = asked.package.as_deref().map(|name| graph.find(name)).transpose()?;
    let runtime = match &asked.redis {
        None => None,
        Some(url) => Some(
            Runtime::builder()
                .namespace("cachekit-examples")
                .redis(url)
                .functions([reach::shared::SPEC])
                .install()?,
        ),
    };
    let mut runs = vec![without_cache(&graph), in_process(&graph)];
    if asked.redis.is_some() {
        runs.push(through_redis(&graph)?);
    }
    let mut out = io::stdout().lock();
    match chosen {
        Some(package) => report::package(&mut out, &graph, package)?,
        None => report::table(&mut out, &graph, asked.all)?,
    }
    report::comparison(&mut out, &runs)?;
    out.flush()?;
    if let Some(runtime) = runtime {
        // What is left is told by an event.
        let _told = runtime.shutdown(Duration::from_secs(5)).wait();
    }
    Ok(())
}

/// One way to compute everything, and what it came to.
struct Run {
    how: &'static str,
    /// Calls of the function, and how many of them ran its body.
    calls: u128,
    bodies: u128,
    l1: u64,
    l2: u64,
    /// Whether some answer was given without Redis although it was asked for.
    degraded: bool,
    /// `None` if it was only counted.
    took: Option<Duration>,
}

fn without_cache(graph: &Graph) -> Run {
    let calls = graph.ways_down();
    let took = (calls <= PATIENCE).then(|| time_all(graph, reach::plain));
    Run { how: "without a cache", calls, bodies: calls, l1: 0, l2: 0, degraded: false, took }
}

fn in_process(graph: &Graph) -> Run {
    let took = time_all(graph, reach::local);
    cached("#[cached]", &reach::local::stats(), took)
}

/// # Errors
///
/// If what Redis held is not what this process computed.
fn through_redis(graph: &Graph) -> Result<Run, String> {
    let took = time_all(graph, reach::shared);
    let run = cached("#[cached] through Redis", &reach::shared::stats(), took);
    let differs = |package: &&Package| {
        reach::shared(graph, package.group) != reach::local(graph, package.group)
    };
    match graph.packages().iter().find(differs) {
        Some(package) => Err(format!("Redis held something else for {}", package.label)),
        None => Ok(run),
    }
}

fn cached(how: &'static str, stats: &Stats, took: Duration) -> Run {
    Run {
        how,
        calls: stats.calls.into(),
        bodies: stats.computed.into(),
        l1: stats.l1,
        l2: stats.l2,
        degraded: stats.degraded,
        took: Some(took),
    }
}

/// Calls the function for every package.
fn time_all(graph: &Graph, reach: fn(&Graph, usize) -> Arc<Reach>) -> Duration {
    let start = Instant::now();
    for package in graph.dependencies_first() {
        reach(graph, package.group);
    }
    start.elapsed()
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn fail(why: &dyn std::fmt::Display, code: u8) -> ExitCode {
    // Nobody can be told that nobody can be told.
    drop(writeln!(io::stderr(), "error: {}", why.to_string().trim_end()));
    ExitCode::from(code)
}

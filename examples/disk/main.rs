//! Statistics of the files below a directory, computed once for each content and kept on the disk.
//!
//! ```text
//! cargo run --example disk --features disk -- [DIRECTORY] [--cache DIRECTORY]
//! ```
//!
//! Run it twice: the second time the statistics come from the cache's directory, also where files
//! were moved or copied meanwhile, because a content is known by its hash. Damage to the cache's
//! own files changes nothing but a counter. Without a directory it reads this workspace's documents;
//! `--check` runs it cold, warm and damaged, and holds what must come of each.
#![expect(clippy::disallowed_methods, reason = "an example tells how long its work took")]

mod arguments;
mod check;
mod folder;
mod statistics;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cachekit::{Runtime, Source, cached};

use arguments::Arguments;
use statistics::Statistics;

/// A content's statistics. Known by its hash, so that a file that moves keeps them.
#[cached(
    mode = "degraded",
    ttl = "30days",
    key = <[u8; 32]>::from(blake3::hash(text)),
    name = "examples::disk::describe"
)]
fn describe(text: &[u8]) -> Statistics {
    Statistics::of(text)
}

/// What one pass over the files came to.
#[derive(Default)]
struct Pass {
    files: u64,
    computed: u64,
    from_disk: u64,
    from_memory: u64,
    sum: Statistics,
    took: Duration,
}

fn main() -> ExitCode {
    let ran = match Arguments::read(std::env::args().skip(1)) {
        Ok(asked) if asked.help => {
            writeln!(io::stdout(), "{}", arguments::USAGE).map_err(Into::into)
        }
        Ok(asked) if asked.check => check::check(),
        Ok(asked) => run(&asked),
        Err(why) => Err(why.into()),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("disk: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &Arguments) -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::builder()
        .namespace("examples")
        .disk(&asked.cache)
        .disk_max_bytes(64 << 20)
        .functions([describe::SPEC])
        .install()?;
    let mut out = io::stdout();
    writeln!(
        out,
        "{:8} {:>6} {:>9} {:>6} {:>7} {:>10}",
        "pass", "files", "computed", "disk", "memory", "took"
    )?;
    for name in ["first", "second"] {
        let pass = Pass::over(&asked.directory)?;
        writeln!(
            out,
            "{name:8} {:6} {:9} {:6} {:7} {:>10}",
            pass.files,
            pass.computed,
            pass.from_disk,
            pass.from_memory,
            format!("{:.1} ms", pass.took.as_secs_f64() * 1e3),
        )?;
        if name == "second" {
            writeln!(out, "{}", pass.sum)?;
        }
    }
    writeln!(out, "health: {}", runtime.health().to_json())?;
    // What is left is told by an event.
    let _told = runtime.shutdown(Duration::from_secs(5)).wait();
    Ok(())
}

impl Pass {
    /// Describes every file below a directory.
    fn over(directory: &std::path::Path) -> io::Result<Self> {
        let mut pass = Self::default();
        for path in folder::files(directory)? {
            // A file that went away meanwhile, or that we may not read, is no content.
            let Ok(text) = std::fs::read(&path) else { continue };
            let start = Instant::now();
            let answer = describe::detailed(&text);
            pass.took += start.elapsed();
            pass.files += 1;
            match answer.source {
                Source::L1 | Source::Fallback => pass.from_memory += 1,
                Source::L2 => pass.from_disk += 1,
                _ => pass.computed += 1,
            }
            pass.sum.add(&answer.value);
        }
        Ok(pass)
    }
}

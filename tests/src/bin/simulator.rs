//! Runs seeds of the simulator, replays one with its trace, or shrinks one that breaks a rule.
//!
//! ```sh
//! cargo run --release -p cachekit-tests --bin simulator -- 10000
//! cargo run --release -p cachekit-tests --bin simulator -- for 60
//! cargo run --release -p cachekit-tests --bin simulator -- replay 42
//! cargo run --release -p cachekit-tests --bin simulator -- shrink 42
//! ```

use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::available_parallelism;

use cachekit_tests::patience::stopwatch;
use cachekit_tests::simulator::{Plan, run, shrink};

const USAGE: &str = "simulator COUNT [FIRST] | simulator for SECONDS [FIRST] | simulator replay SEED \
     | simulator shrink SEED | simulator guards COUNT";

/// Seeds that one process runs: what a world had is never freed, and a run has several.
const BLOCK: u64 = 2_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let holds = match words[..] {
        ["block", count, first] => {
            numbers([count, first]).map(|[count, first]| block(count, first))
        }
        ["for", seconds] => numbers([seconds]).map(|[seconds]| many(None, seconds, 0)),
        ["for", seconds, first] => {
            numbers([seconds, first]).map(|[seconds, first]| many(None, seconds, first))
        }
        ["replay", seed] => numbers([seed]).map(|[seed]| told(&Plan::of(seed))),
        ["shrink", seed] => numbers([seed]).map(|[seed]| shrunk(seed)),
        ["guards", count] => numbers([count]).map(|[count]| guards(count)),
        [count] => numbers([count]).map(|[count]| many(Some(count), u64::MAX, 0)),
        [count, first] => {
            numbers([count, first]).map(|[count, first]| many(Some(count), u64::MAX, first))
        }
        _ => None,
    };
    match holds {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::FAILURE,
        None => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn numbers<const N: usize>(words: [&str; N]) -> Option<[u64; N]> {
    let all: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    all.try_into().ok()
}

/// Runs a plan, and tells what happened.
fn told(plan: &Plan) -> bool {
    let report = run(plan, true);
    for line in &report.trace {
        println!("{line}");
    }
    print!("{report}");
    report.violations == 0
}

fn shrunk(seed: u64) -> bool {
    let plan = shrink(&Plan::of(seed));
    println!("{plan:#?}");
    told(&plan)
}

/// Runs so many seeds here.
fn block(count: u64, first: u64) -> bool {
    let broken = (first..first + count).map(|seed| run(&Plan::of(seed), false));
    let broken: Vec<_> = broken.filter(|report| report.violations > 0).collect();
    for report in &broken {
        print!("{report}");
    }
    broken.is_empty()
}

/// Runs seeds in processes beside each other: so many, or for so many seconds.
fn many(count: Option<u64>, seconds: u64, first: u64) -> bool {
    let beside = available_parallelism().map_or(1, usize::from);
    let (passed, mut next, mut holds) = (stopwatch(), first, true);
    let end = count.map_or(u64::MAX, |count| first + count);
    let mut blocks: Vec<Child> = Vec::new();
    while next < end && passed().as_secs() < seconds {
        let size = BLOCK.min(end - next);
        blocks.push(begin(size, next));
        next += size;
        if blocks.len() == beside {
            holds &= ended(blocks.remove(0));
        }
    }
    for block in blocks {
        holds &= ended(block);
    }
    let (seeds, took) = (next - first, passed().as_secs_f64());
    let rate = f64::from(u32::try_from(seeds).unwrap_or(u32::MAX)) / took;
    println!("{seeds} seeds from {first} on in {took:.0} s, {rate:.0} a second");
    holds
}

fn begin(count: u64, first: u64) -> Child {
    let this = std::env::current_exe().expect("a process knows its own file");
    let numbers = [count, first].map(|number| number.to_string());
    let child = Command::new(this).arg("block").args(numbers).stdin(Stdio::null()).spawn();
    child.expect("the system gives a process")
}

fn ended(mut block: Child) -> bool {
    block.wait().is_ok_and(|status| status.success())
}

/// Which seed shows first that a guard is needed, for each of them.
#[cfg(cachekit_sim)]
fn guards(count: u64) -> bool {
    use cachekit::testing::Guard;
    use cachekit_tests::simulator::shown;

    let mut all = true;
    for guard in Guard::ALL {
        let seed = shown(*guard, count);
        all &= seed.is_some();
        match seed {
            Some(seed) => println!("{guard:?}: seed {seed}"),
            None => println!("{guard:?}: no seed of {count}"),
        }
    }
    all
}

#[cfg(not(cachekit_sim))]
fn guards(_: u64) -> bool {
    eprintln!("the guards have switches where RUSTFLAGS=\"--cfg cachekit_sim\" alone");
    false
}

//! Runs seeds of the simulator, replays one with its trace, or shrinks one that breaks a rule.
//!
//! ```sh
//! cargo run --release -p cachekit-tests --bin simulator -- 10000
//! cargo run --release -p cachekit-tests --bin simulator -- replay 42
//! cargo run --release -p cachekit-tests --bin simulator -- shrink 42
//! ```

use std::process::ExitCode;
use std::time::Duration;

use cachekit_tests::simulator::{Plan, run, shrink};
use cachekit_tests::timed;

const USAGE: &str = "simulator COUNT [FIRST] | simulator replay SEED | simulator shrink SEED";

/// Which seed shows first that a guard is needed, for each of them.
#[cfg(cachekit_sim)]
fn guards(count: u64) -> ExitCode {
    use cachekit::testing::{Guard, without};
    use cachekit_tests::simulator::made_for;

    let mut all = true;
    for guard in Guard::ALL {
        let mix = made_for(*guard);
        let breaks = |seed: &u64| run(&Plan::from(&mix, *seed), false).violations > 0;
        let found = without(*guard, || (0..count).find(breaks));
        // What the guard is for breaks nothing while it stands.
        all &= found.is_some_and(|seed| !breaks(&seed));
        match found {
            Some(seed) => println!("{guard:?}: seed {seed}"),
            None => println!("{guard:?}: no seed of {count}"),
        }
    }
    verdict(all)
}

#[cfg(not(cachekit_sim))]
fn guards(_: u64) -> ExitCode {
    eprintln!("the guards have switches where RUSTFLAGS=\"--cfg cachekit_sim\" alone");
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["replay", seed] => seed.parse().map_or_else(|_| misused(), replay),
        ["guards", count] => count.parse().map_or_else(|_| misused(), guards),
        ["shrink", seed] => seed.parse().map_or_else(|_| misused(), shrunk),
        [count] => count.parse().map_or_else(|_| misused(), |count| many(count, 0)),
        [count, first] => match (count.parse(), first.parse()) {
            (Ok(count), Ok(first)) => many(count, first),
            _ => misused(),
        },
        _ => misused(),
    }
}

fn replay(seed: u64) -> ExitCode {
    let report = run(&Plan::of(seed), true);
    for line in &report.trace {
        println!("{line}");
    }
    print!("{report}");
    verdict(report.violations == 0)
}

fn shrunk(seed: u64) -> ExitCode {
    let plan = shrink(&Plan::of(seed));
    println!("{plan:#?}");
    let report = run(&plan, true);
    for line in &report.trace {
        println!("{line}");
    }
    print!("{report}");
    verdict(report.violations == 0)
}

fn many(count: u64, first: u64) -> ExitCode {
    let mut broken = 0;
    let ((), took) = timed(|| {
        for seed in first..first + count {
            let report = run(&Plan::of(seed), false);
            if report.violations > 0 {
                broken += 1;
                print!("{report}");
            }
        }
    });
    println!(
        "{count} seeds from {first} on, {broken} of them broken, {:.0} a second",
        rate(count, took)
    );
    verdict(broken == 0)
}

fn rate(count: u64, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

fn verdict(holds: bool) -> ExitCode {
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn misused() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::FAILURE
}

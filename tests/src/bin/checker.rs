//! Runs one set-up of the checker of histories for as long as it is told to.
//!
//! ```sh
//! cargo run --release -p cachekit-tests --bin checker -- strict-redis-two 600
//! ```

use std::process::ExitCode;
use std::time::Duration;

use cachekit_tests::checker::{Dice, SETUPS, named, run};

const USAGE: &str = "checker --list | checker SET-UP SECONDS [SEED]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (name, seconds, seed) = match words[..] {
        ["--list"] => {
            list();
            return ExitCode::SUCCESS;
        }
        [name, seconds] => (name, seconds.parse(), Ok(Dice::seed())),
        [name, seconds, seed] => (name, seconds.parse(), seed.parse()),
        _ => return misused(USAGE),
    };
    let (Some(setup), Ok(seconds), Ok(seed)) = (named(name), seconds, seed) else {
        return misused(USAGE);
    };
    println!("{name}, seed {seed}");
    let report = run(setup, Duration::from_secs(seconds), seed, |_| true);
    print!("{report}");
    if report.record.violations() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list() {
    for setup in SETUPS {
        let (nodes, builds) = (setup.nodes.len(), setup.builds);
        println!(
            "{:<26} {} over {:?}, {:?}, {:?}, nodes {nodes}, builds {builds}",
            setup.name, setup.mode, setup.tier, setup.faults, setup.crew
        );
    }
}

fn misused(usage: &str) -> ExitCode {
    eprintln!("{usage}");
    ExitCode::FAILURE
}

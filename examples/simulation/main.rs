//! A service that tests its own invalidation: seeds of a simulation look for the order that breaks it.
//!
//! ```text
//! cargo run --example simulation --features simulation -- [SEED]
//! ```
//!
//! A cache that keeps all its promises still serves old values to a service that invalidates at the
//! wrong moment. Such a mistake shows in few orders of events, and hardly ever in those that a test
//! on a laptop happens to see. Here three nodes, their tier and their database run in one thread, in
//! simulated time, and a seed chooses the order. `tickets.rs` is the service with its mistake and
//! without it, `table.rs` its database, `trial.rs` what happens under one seed, and `ledger.rs` the
//! rule that must hold.
//!
//! Without SEED it finds the first seed that breaks the mistaken way, tells what happened, and makes
//! sure that no seed breaks the right one. With SEED it tells what happens to the mistaken way under
//! that seed. In a service of your own this would be a test, and `cachekit/testing` a feature of its
//! `dev-dependencies` alone.

mod ledger;
mod table;
mod tickets;
mod trial;

use std::process::ExitCode;

use ledger::Counts;
use tickets::Selling;
use trial::{Trial, run};

/// How many seeds the right way is held to. Each takes some milliseconds where nothing is optimised,
/// and some of what it needs is never freed: whoever wants a million starts processes.
const SEEDS: u64 = 500;

/// How much is shown of what came before the rule was broken.
const LINES: usize = 30;

fn main() -> ExitCode {
    let held = match std::env::args().nth(1).map(|seed| seed.parse()) {
        None => hunt(),
        Some(Ok(seed)) => {
            tell(&run(seed, Selling::InvalidatesFirst));
            Ok(())
        }
        Some(Err(wrong)) => {
            eprintln!("error: a seed is a number: {wrong}");
            return ExitCode::from(2);
        }
    };
    match held {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn hunt() -> Result<(), String> {
    let mut seeds = (0..SEEDS).map(|seed| run(seed, Selling::InvalidatesFirst));
    let found = seeds.find(|trial| trial.broken.is_some());
    let found = found.ok_or(format!("no seed of {SEEDS} shows the mistake"))?;
    println!("Invalidating before the commit breaks the rule under seed {}.\n", found.seed);
    tell(&found);
    println!(
        "  Somebody read the old count after the invalidation, and stored it after the commit."
    );

    // A seed that breaks a rule is worth a note: it does so again, with the same steps.
    let again = run(found.seed, Selling::InvalidatesFirst);
    if again.steps != found.steps {
        return Err(format!("seed {} did something else the second time", found.seed));
    }

    let mut all = Counts::default();
    for seed in 0..SEEDS {
        let trial = run(seed, Selling::CommitsFirst);
        if trial.broken.is_some() {
            tell(&trial);
            return Err(format!("the right way breaks the rule under seed {seed}"));
        }
        all += trial.counts;
    }
    println!("\nInvalidating after the commit breaks it under none of {SEEDS} seeds.");
    println!(
        "  {} sales, {} reads, {} of them cached, {} refused",
        all.sales, all.reads, all.cached, all.refused
    );
    // A rule that nothing could have broken would hold too.
    if all.sales == 0 || all.cached == 0 || all.refused == 0 {
        return Err("these seeds try too little".to_owned());
    }
    Ok(())
}

fn tell(trial: &Trial) {
    let skipped = trial.steps.len().saturating_sub(LINES);
    if skipped > 0 {
        println!("  .. {skipped} steps");
    }
    for step in &trial.steps[skipped..] {
        println!("  {step}");
    }
    match &trial.broken {
        Some(how) => println!("  Broken: {how}."),
        None => println!("  Nothing is broken under seed {}.", trial.seed),
    }
}

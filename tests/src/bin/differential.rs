//! Takes the tiers through as many random sequences as it is told to, and prints the first that they do not answer alike.
//!
//! ```sh
//! cargo run --release -p cachekit-tests --bin differential -- 10000
//! ```

use std::process::ExitCode;

use cachekit_tests::checker::Dice;
use cachekit_tests::differential::many;
use cachekit_tests::timed;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (count, seed) = match words[..] {
        [count] => (count.parse(), Ok(Dice::seed())),
        [count, seed] => (count.parse(), seed.parse()),
        _ => return misused(),
    };
    let (Ok(count), Ok(seed)) = (count, seed) else { return misused() };
    println!("{count} sequences from seed {seed}");
    let (report, took) = timed(|| many(seed, count));
    print!("{report}");
    println!("in {:.1} s", took.as_secs_f64());
    match report.failed {
        None => ExitCode::SUCCESS,
        Some(failed) => {
            eprint!("{failed}");
            ExitCode::FAILURE
        }
    }
}

fn misused() -> ExitCode {
    eprintln!("differential SEQUENCES [SEED]");
    ExitCode::FAILURE
}

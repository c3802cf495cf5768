//! Measures candidates in interleaved rounds, and holds each one's ratio to the first beside its budget.
//!
//! A machine that other work shares drifts within seconds; candidates of one round see the same
//! machine, so ratios hold where nanoseconds do not. Two ratios are told: the median of the rounds'
//! own, which decides, and that of the fastest round to the fastest, which other work cannot make
//! larger. Where they differ much, the machine was busy.
#![allow(dead_code, reason = "each benchmark includes this, and uses what it needs")]

pub(crate) mod raw;
mod report;

pub(crate) use report::Report;

use std::time::{Duration, Instant};

/// What the first candidate's round takes, about: long enough for a clock, short enough that many
/// rounds pass between two interruptions.
const ROUND: Duration = Duration::from_millis(5);

/// Times that so many iterations must take about a round.
const TRIES: usize = 4;

/// What all rounds of the first candidate take, about.
const WHOLE: Duration = Duration::from_millis(500);

/// Fewest and most rounds: what a median needs, and what more of would not change it.
const FEWEST: u128 = 15;
const MOST: u128 = 101;

/// One candidate: does its work so many times, and says how long that took.
pub(crate) struct Candidate<'a> {
    name: &'a str,
    budget: Option<f64>,
    run: Box<dyn FnMut(u64) -> Duration + 'a>,
}

/// A candidate without a budget; the first of a table is what the others are measured against.
pub(crate) fn base<'a>(name: &'a str, run: impl FnMut(u64) + 'a) -> Candidate<'a> {
    Candidate { name, budget: None, run: Box::new(stopped(run)) }
}

/// A candidate whose ratio to the first should keep to `budget`.
pub(crate) fn within<'a>(budget: f64, name: &'a str, run: impl FnMut(u64) + 'a) -> Candidate<'a> {
    Candidate { name, budget: Some(budget), run: Box::new(stopped(run)) }
}

/// A candidate that is measured from a moment of its own.
pub(crate) fn timing<'a>(
    budget: f64,
    name: &'a str,
    run: impl FnMut(u64) -> Duration + 'a,
) -> Candidate<'a> {
    Candidate { name, budget: Some(budget), run: Box::new(run) }
}

fn stopped<'a>(mut run: impl FnMut(u64) + 'a) -> impl FnMut(u64) -> Duration + 'a {
    move |iterations| {
        let start = now();
        run(iterations);
        start.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// What the rounds of one table came to: nanoseconds an iteration, by candidate and round.
pub(crate) struct Rounds(Vec<Vec<f64>>);

impl Rounds {
    fn of(candidates: &mut [Candidate<'_>]) -> Self {
        let (iterations, took) = calibrate(&mut candidates[0]);
        let rounds = (WHOLE.as_nanos() / took.as_nanos().max(1)).clamp(FEWEST, MOST);
        let many = candidates.len();
        let mut times = vec![Vec::new(); many];
        for round in 0..usize::try_from(rounds).expect("at most 101") {
            // Nobody always runs after the same neighbour.
            for index in (0..many).map(|place| (place + round) % many) {
                times[index].push(nanos((candidates[index].run)(iterations), iterations));
            }
        }
        Self(times)
    }

    /// The median time of a candidate, in nanoseconds.
    pub(crate) fn time(&self, candidate: usize) -> f64 {
        median(self.0[candidate].iter().copied())
    }

    /// The median of the rounds' ratios of one candidate to another.
    pub(crate) fn ratio(&self, candidate: usize, to: usize) -> f64 {
        median(self.0[candidate].iter().zip(&self.0[to]).map(|(mine, theirs)| mine / theirs))
    }

    /// The ratio of a candidate's fastest round to another's.
    fn best(&self, candidate: usize, to: usize) -> f64 {
        let fastest = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
        fastest(&self.0[candidate]) / fastest(&self.0[to])
    }
}

/// Iterations that take the candidate about a round, and what they take.
fn calibrate(candidate: &mut Candidate<'_>) -> (u64, Duration) {
    let mut iterations = 1;
    loop {
        // Believed after a few tries: an interruption looks like a round.
        let took = (0..TRIES).map(|_| (candidate.run)(iterations)).find(|took| *took * 2 < ROUND);
        if took.is_none() {
            return (iterations, (candidate.run)(iterations));
        }
        iterations *= 2;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no last bits")]
fn nanos(took: Duration, iterations: u64) -> f64 {
    took.as_nanos() as f64 / iterations as f64
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

//! Many sequences, on a stand for each of this machine's two processors.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::plan::draw;
use super::shrink::shrink;
use super::stand::{Rigour, Seen, Stand, Trouble};
use super::step::Sequence;

/// Stands that work beside each other.
const STANDS: usize = 2;

/// What came of many sequences.
#[derive(Debug, Default)]
pub struct Report {
    /// How many the tiers were taken through.
    pub taken: u64,
    /// What was seen in them, and how often.
    pub seen: Seen,
    /// The first one that the tiers do not answer alike.
    pub failed: Option<Failed>,
}

/// A sequence that the tiers do not answer alike.
#[derive(Debug)]
pub struct Failed {
    seed: u64,
    shrunk: Option<Sequence>,
    what: String,
}

/// Takes the tiers through the sequences of so many seeds in a row.
///
/// # Panics
///
/// If a tier does not start.
pub fn many(first: u64, many: u64) -> Report {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let work = || {
            let (mut stand, mut report) = (Stand::new(), Report::default());
            while !stop.load(Ordering::Relaxed) {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= many {
                    break;
                }
                if let Err(failed) = report.take(&mut stand, first.wrapping_add(at)) {
                    stop.store(true, Ordering::Relaxed);
                    report.failed = Some(failed);
                }
            }
            report
        };
        let stands: Vec<_> = (0..STANDS).map(|_| scope.spawn(work)).collect();
        stands.into_iter().fold(Report::default(), |sum, stand| {
            sum.and(stand.join().expect("a stand that fails says so"))
        })
    })
}

/// Names the sequence that the harness fails in.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("in the sequence of seed {}", self.0);
        }
    }
}

impl Report {
    fn take(&mut self, stand: &mut Stand, seed: u64) -> Result<(), Failed> {
        let _named = Named(seed);
        let sequence = draw(seed);
        match stand.take(&sequence, Rigour::Fair) {
            Ok(what) => {
                self.taken += 1;
                self.add(what);
                Ok(())
            }
            Err(Trouble::Slow) => {
                let what = "the machine is too busy for the dates to mean anything".to_owned();
                Err(Failed { seed, shrunk: None, what })
            }
            Err(Trouble::Mismatch(at, what)) => {
                let (shrunk, what) = shrink(stand, &sequence, at, what);
                Err(Failed { seed, shrunk: Some(shrunk), what })
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.taken += other.taken;
        self.add(other.seen);
        self.failed = self.failed.or(other.failed);
        self
    }

    fn add(&mut self, seen: Seen) {
        for (what, times) in seen {
            *self.seen.entry(what).or_default() += times;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} sequences", self.taken)?;
        self.seen.iter().try_for_each(|(what, times)| writeln!(f, "{times:>8} {what}"))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the tiers differ in the sequence of seed {}: {}", self.seed, self.what)?;
        writeln!(f, "again: cargo run -p cachekit-tests --bin differential -- 1 {}", self.seed)?;
        let Some(shrunk) = &self.shrunk else { return Ok(()) };
        writeln!(f, "on {:?}, after these steps:", shrunk.reach)?;
        shrunk.steps.iter().try_for_each(|step| writeln!(f, "  {step:?}"))
    }
}

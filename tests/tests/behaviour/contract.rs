//! The contract of tiers: a tier in memory keeps it, and one that breaks a rule is told which.

mod flawed;

use std::collections::BTreeSet;
use std::thread;

use cachekit::testing::{Broken, Memory, conformance};

use flawed::{Flaw, Flawed};

/// Each flaw, with what is in the names of the rules that it breaks: one that has the first must be
/// broken, and none that has nothing of these.
const FLAWS: [(Flaw, &[&str]); 21] = [
    (
        Flaw::Fence,
        &[
            "loses the fills from before it",
            "a claim that",
            "a filler",
            "a fill whose",
            "an abort takes",
        ],
    ),
    (Flaw::Patience, &["comes too late"]),
    (Flaw::Comparison, &["a rejection leaves newer bytes", "a rejection of another type"]),
    (Flaw::Removal, &["a rejection removes what was seen"]),
    (Flaw::Excess, &["a rejection leaves other versions and fillers"]),
    (Flaw::Bump, &["a bump of", "a swap of nothing", "an abort says"]),
    (Flaw::Company, &["a sole commit"]),
    (Flaw::Several, &["an invalidation of several removes each"]),
    (Flaw::Nothing, &["an invalidation of nothing"]),
    (Flaw::Verdict, &["a replacement whose value is over"]),
    (Flaw::Refusal, &["a replacement stores its value", "a swap leaves a life"]),
    (Flaw::Blindness, &["a swap leaves newer bytes"]),
    (Flaw::Life, &["a swap leaves a life as it was"]),
    (Flaw::Name, &["a claim keeps the name of its filler"]),
    (Flaw::Rivals, &["two fillers of one entry both commit", "an abort takes its filler back"]),
    (Flaw::Apart, &["leaves no other version's value", "loses the fills from before it"]),
    (Flaw::Wide, &["reaches nothing else", "an invalidation of several removes each"]),
    (Flaw::Time, &["the tier's time"]),
    (Flaw::Size, &["a value of no more than it may have", "a value that is too large"]),
    // What every rule sees the tier by: these two are caught wherever a value is there, or none is.
    (Flaw::Bytes, &["a value is read byte for byte", ""]),
    (Flaw::Empty, &["what was never stored is absent", ""]),
];

/// N24: the tier in memory keeps the contract.
#[test]
fn a_tier_in_memory_keeps_the_contract() {
    conformance(&Memory::new()).unwrap_or_else(|broken| panic!("{broken}"));
}

/// N24: a tier that breaks a rule is told which, and of no rule that it keeps.
#[test]
fn a_tier_that_breaks_a_rule_is_told_which() {
    for (flaw, names, broken) in tried() {
        println!("{flaw:?}: {broken}");
        assert!(broken.rules().any(|rule| rule.contains(names[0])), "{flaw:?}: {broken}");
        for rule in broken.rules() {
            assert!(names.iter().any(|name| rule.contains(name)), "{flaw:?}: {rule}");
        }
    }
}

/// N24: no rule is without effect: each is broken by a tier that works but for one flaw.
#[test]
fn every_rule_can_be_broken() {
    let away = Memory::new();
    away.kill();
    let away = conformance(&away).expect_err("it plays dead");
    let tried = tried();
    let broken: BTreeSet<_> = tried.iter().flat_map(|(.., broken)| broken.rules()).collect();
    let kept: Vec<_> = away.rules().filter(|rule| !broken.contains(rule)).collect();
    assert!(kept.is_empty(), "no flaw breaks {kept:#?}");
}

/// What comes of every flaw, at once: a rule waits out a life.
fn tried() -> Vec<(Flaw, &'static [&'static str], Broken)> {
    thread::scope(|scope| {
        let runs = FLAWS.map(|(flaw, names)| {
            let run = scope.spawn(move || conformance(&Flawed::new(flaw)));
            (flaw, names, run)
        });
        runs.into_iter()
            .map(|(flaw, names, run)| {
                let broken = run.join().expect("it does not panic").expect_err("it has a flaw");
                (flaw, names, broken)
            })
            .collect()
    })
}

//! The tiers held to each other over random sequences; `src/differential` draws them and takes the tiers through.

use cachekit_tests::checker::Dice;
use cachekit_tests::differential::{DIFFERENCES, Report, Rigour, Stand, Trouble, Way, many};

/// What two processors that have nothing else to do are through with in some twenty seconds.
const SEQUENCES: u64 = 1_500;

/// V2: memory and the server agree in every field and date, and the directory in what can be had of
/// it, whatever two clients and an operator do, whatever passes and fails.
#[test]
fn the_tiers_answer_alike() {
    let report = many(Dice::seed(), SEQUENCES);
    println!("{report}");
    if let Some(failed) = &report.failed {
        panic!("{failed}");
    }
    means_something(&report);
}

/// A comparison of nothing always holds: everything has to have been met.
fn means_something(report: &Report) {
    let answers = [
        "read a value",
        "Read(Absent)",
        "Read(WrongType)",
        "Read(TooLarge)",
        "claimed",
        "Committed(Stored)",
        "Committed(Lost)",
        "Aborted(true)",
        "Aborted(false)",
        "Rejected(Removed)",
        "Rejected(Changed)",
        "Replaced(Stored)",
        "Replaced(Ended)",
        "Swapped(Stored)",
        "Swapped(Changed)",
        "Swapped(Absent)",
        "Done",
        "met poison",
        "came too late",
        "found the tier away",
        "was not told",
        "was not sent",
    ];
    let befell = ["time passes", "a connection is closed", "scripts are forgotten"];
    let hands = [
        "Delete",
        "Ungenerate",
        "Flush",
        "Occupy",
        "Damage",
        "Stain",
        "Degenerate",
        "Mark",
        "Litter",
        "Persist",
    ];
    for what in answers.iter().chain(&befell).chain(&hands) {
        assert!(report.seen.contains_key(*what), "never: {what}\n{report}");
    }
    assert!(report.seen["read a value"] * 10 > report.seen["Read"], "{report}");
    assert!(report.seen["Committed(Stored)"] * 3 > report.seen["Commit"], "{report}");
}

/// V2: each difference that is passed over is still there, and explains what it is said to.
#[test]
fn each_difference_of_the_list_is_one() {
    let mut stand = Stand::new();
    for row in &DIFFERENCES {
        let shown = stand.take(&row.witness(), Rigour::Blind);
        let is_shown = matches!(shown, Err(Trouble::Mismatch(..)));
        assert!(
            is_shown,
            "{:?} is no difference any more ({}): {shown:?}",
            row.difference, row.why
        );
        if row.way == Way::Excused {
            let taken = stand.take(&row.witness(), Rigour::Fair);
            assert!(taken.is_ok(), "{:?} ({}): {taken:?}", row.difference, row.why);
        }
    }
}

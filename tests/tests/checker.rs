//! Every set-up of the checker of histories, for a while each; `src/checker` has the rule.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cachekit::Mode;
use cachekit_tests::checker::{Crew, Dice, Faults, Report, SETUPS, named, run};

/// How long a set-up runs on a machine that is quiet: all of them, one after another, take about twenty-five seconds.
const TIME: Duration = Duration::from_millis(1_200);

/// Held by the set-up that runs: beside the others none would do enough to mean something.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs a set-up, and sees to it that the run meant something: a check of nothing holds always.
fn check(name: &str) {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let report = run(named(name).expect("the table has it"), TIME, Dice::seed(), |report| {
        means_something(report).is_ok()
    });
    drop(alone);
    println!("{report}");
    assert_eq!(report.record.violations(), 0, "{report}");
    if let Err(what) = means_something(&report) {
        panic!("{what}: {report}");
    }
}

fn means_something(report: &Report) -> Result<(), String> {
    let (setup, tally) = (report.setup, &report.record.tally);
    let mut least = vec![
        (100, tally.calls.get() - tally.refused.get(), "answers"),
        (20, report.hits, "hits"),
        (20, report.misses, "misses"),
        (5, tally.older.get(), "answers that saw a change in progress"),
        (30, tally.changes.get(), "changes"),
        (10, tally.confirmed.get(), "confirmed changes"),
        (2, tally.refreshed.get(), "refreshes"),
    ];
    if setup.faults == Faults::Quiet {
        least.push((1, tally.updated.get(), "updates"));
    } else if setup.faults != Faults::Late {
        least.push((2, tally.owed.get(), "changes that are owed"));
        if setup.mode == Mode::Strict {
            least.push((2, tally.refused.get(), "refusals"));
        }
    }
    if setup.crew == Crew::Tasks {
        least.push((10, tally.dropped.get(), "dropped calls"));
        least.push((2, tally.given_up.get(), "changes that were given up"));
    }
    if setup.faults != Faults::Quiet {
        least.push((1, tally.faults.get(), "faults"));
    }
    match least.into_iter().find(|(least, count, _)| count < least) {
        Some((least, count, what)) => Err(format!("{count} {what}, and not {least}")),
        None => Ok(()),
    }
}

macro_rules! checked {
    ($($(#[$doc:meta])* $test:ident: $name:literal;)*) => {
        $(
            $(#[$doc])*
            #[test]
            fn $test() {
                check($name);
            }
        )*

        #[test]
        fn every_set_up_of_the_table_is_run() {
            let run = [$($name),*];
            let table: Vec<_> = SETUPS.iter().map(|setup| setup.name).collect();
            assert_eq!(run, table[..]);
        }
    };
}

checked! {
    /// H3, I1: threads of one process.
    threads_see_no_older_row: "local-threads";
    /// H3, I1, G9: tasks that are dropped half way.
    tasks_see_no_older_row: "local-tasks";
    /// H3, I1: an L1 of bytes.
    tasks_see_no_older_row_in_an_encoded_l1: "local-encoded";

    /// H3, H12: threads over a server.
    strict_threads_see_no_older_row: "strict-redis-one";
    /// H12, H14: two nodes on a server, and whoever gives up.
    two_strict_nodes_see_no_older_row: "strict-redis-two";
    /// H12: the server's answers are late.
    two_strict_nodes_see_no_older_row_behind_late_answers: "strict-redis-late";
    /// H12, D13: a change by one build holds for the other.
    two_strict_builds_see_no_older_row: "strict-redis-builds";
    /// H12, H14: outages.
    two_strict_nodes_see_no_older_row_across_outages: "strict-redis-cuts";
    /// H12, H14: a network that swallows everything.
    two_strict_nodes_see_no_older_row_across_black_holes: "strict-redis-blackholes";
    /// H12: two nodes on a directory.
    two_strict_nodes_on_a_directory_see_no_older_row: "strict-disk-two";
    /// H12, H14, D13: two builds on a directory that goes away.
    two_strict_builds_on_a_directory_see_no_older_row: "strict-disk-builds";
    /// H12, H14: a tier in memory that dies.
    two_strict_nodes_on_memory_see_no_older_row: "strict-memory-two";

    /// H3, B15, B30: what is pending holds in its process.
    degraded_threads_see_no_older_row: "degraded-redis-one";
    /// H3, H14: each node keeps what it promised itself.
    two_degraded_nodes_see_no_older_row_of_their_own: "degraded-redis-two";
    /// H3, D13: two builds.
    two_degraded_builds_see_no_older_row_of_their_own: "degraded-redis-builds";
    /// B30, H14: outages.
    two_degraded_nodes_see_no_older_row_across_outages: "degraded-redis-cuts";
    /// B30, H14: a network that swallows everything.
    two_degraded_nodes_see_no_older_row_across_black_holes: "degraded-redis-blackholes";
    /// B30, H14: without an L1 every call asks the server.
    two_degraded_nodes_without_an_l1_see_no_older_row: "degraded-redis-bare";
    /// B30, H14: two nodes on a directory that goes away.
    two_degraded_nodes_on_a_directory_see_no_older_row: "degraded-disk-two";
    /// B30, H14: a tier in memory that dies, and an L1 of bytes.
    two_degraded_nodes_on_memory_see_no_older_row: "degraded-memory-two";
}

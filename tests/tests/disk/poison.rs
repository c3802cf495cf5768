//! Files that are no values: never served, counted once, removed if unchanged.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Source, cached};
use cachekit_tests::{Directory, Failure, Metrics, Runs, Slot, damages, until};

use crate::report;

fn undecodable(function: &str) -> usize {
    let labels = [("function", function), ("tier", "disk")];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    let count = Metrics::install().sum("cache_get_deserialize", &labels) as usize;
    count
}

/// L1, L2, L3, A6: every truncation and every changed byte is a miss that removes the one file.
#[test]
fn no_damaged_file_is_served_and_each_is_counted_once_and_removed() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "damaged file", runtime = RUNTIME)]
    fn damaged(n: u32) -> Result<(u64, String), Failure> {
        match RUNS.again() {
            run if run % 2 == 0 => Err(Failure::Own("every second run fails")),
            _ => Ok((u64::from(n) * 3, String::from("fourteen bytes"))),
        }
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    let expected = damaged(5).expect("the directory is there");
    damaged(6).expect_err("the second run fails");
    damaged(6).expect("the third run succeeds");
    let file = directory.file(&damaged::key(5));
    let neighbour = fs::read(directory.file(&damaged::key(6))).expect("it is there");
    let sound = fs::read(&file).expect("it is there");

    let mut cases = damages(&sound);
    cases.push(("a megabyte of zeros".into(), vec![0; 1 << 20]));
    // Another build's envelope may differ in version, flags and key id, and then stays.
    let may_stay = |bytes: &[u8]| bytes.len() >= 104 && bytes[4..12] != sound[4..12];
    let many = cases.len();
    for (what, bytes) in cases {
        let (runs, before) = (RUNS.count(), undecodable("damaged file"));
        fs::write(&file, &bytes).expect("it can be written");
        damaged(5).expect_err(&format!("{what}: an even run fails"));
        let stays = file.exists();
        assert!(!stays || may_stay(&bytes), "{what}");
        assert_eq!(damaged(5).expect("an odd run succeeds"), expected, "{what}");
        let further = usize::from(stays);
        assert_eq!(undecodable("damaged file"), before + 1 + further, "{what}");
        assert_eq!(RUNS.count(), runs + 2, "{what}");
        assert_eq!(damaged::detailed(5).expect("it is there").source, Source::L2, "{what}");
    }
    assert_eq!(fs::read(directory.file(&damaged::key(6))).expect("it is there"), neighbour);
    let report = report(&RUNTIME);
    let counted = report["metrics"]["warm_corruptions"].as_u64().expect("a number");
    assert!(counted >= many as u64, "{counted} of {many}");
    assert_eq!(report["metrics"]["warm_errors"], 0, "corruption is no fault: {report}");
    assert_eq!(report["circuit_breaker_state"], "closed");
}

/// L30: a link in a value's place is not followed: what it leads to is neither read nor changed.
#[test]
fn a_link_is_removed_and_what_it_leads_to_stays() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "linked", runtime = RUNTIME)]
    fn linked(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    linked(1).expect("the directory is there");
    let file = directory.file(&linked::key(1));
    let aside = directory.path().with_file_name("elsewhere");
    fs::rename(&file, &aside).expect("it can be moved");
    symlink(&aside, &file).expect("a link can be made");
    let before = fs::read(&aside).expect("it is there");
    assert_eq!(linked::detailed(1).expect("a miss").source, Source::Computed);
    assert_eq!(RUNS.count(), 2);
    assert!(fs::symlink_metadata(&file).expect("stored anew").is_file());
    assert_eq!(fs::read(&aside).expect("it stays"), before);

    // A link above is an error, and what it leads to is left alone.
    let folder = file.parent().expect("it is below another").to_owned();
    let moved = directory.path().with_file_name("moved");
    fs::rename(&folder, &moved).expect("it can be moved");
    symlink(&moved, &folder).expect("a link can be made");
    linked(1).expect_err("a link is in the way");
    linked::invalidate(2).expect("nothing is there");
    assert!(moved.join(file.file_name().expect("it has a name")).exists());
}

/// L1: a pipe, which would hang a careless reader, is no value.
#[test]
fn a_pipe_in_a_values_place_hangs_nobody() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "piped", runtime = RUNTIME)]
    fn piped(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    piped(1).expect("the directory is there");
    let file = directory.file(&piped::key(1));
    fs::remove_file(&file).expect("it is there");
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    assert!(made.expect("mkfifo is installed").success());
    assert_eq!(piped::detailed(1).expect("a miss").source, Source::Computed);
    assert_eq!(undecodable("piped"), 1);
    assert_eq!(piped::detailed(1).expect("it is there").source, Source::L2);
}

/// A11: a good value that is written between the bad read and its removal stays.
#[test]
fn a_good_value_written_before_the_removal_stays() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "healed meanwhile", runtime = RUNTIME)]
    fn healed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    healed(1).expect("the directory is there");
    let file = directory.file(&healed::key(1));
    let sound = fs::read(&file).expect("it is there");
    fs::write(&file, b"damaged").expect("it can be written");
    // Another process that holds the locks, so that the removal waits for it.
    let locks = directory.lock();
    let reader = std::thread::spawn(|| healed::peek(1));
    until("the damage was seen", || healed::stats().rejected == 1);
    let beside = file.with_extension("beside");
    fs::write(&beside, &sound).expect("it can be written");
    fs::rename(&beside, &file).expect("it can be renamed");
    drop(locks);
    assert_eq!(reader.join().expect("no panic").expect("a miss"), None);
    assert_eq!(fs::read(&file).expect("it stays"), sound);
    assert_eq!(healed::detailed(1).expect("it is there").source, Source::L2);
}

/// L6: a file that somebody removed is a miss.
#[test]
fn a_file_that_is_gone_is_a_miss() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "gone", runtime = RUNTIME)]
    fn gone(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    gone(1).expect("the directory is there");
    assert_eq!(report(&RUNTIME)["metrics"]["warm_cache_files"], 1);
    fs::remove_file(directory.file(&gone::key(1))).expect("it is there");
    assert_eq!(gone::peek(1).expect("the directory is there"), None);
    assert_eq!(report(&RUNTIME)["metrics"]["warm_cache_files"], 0);
    // The whole directory, as a cleaner of temporary files would.
    gone(1).expect("a miss");
    fs::remove_dir_all(directory.path()).expect("it is there");
    assert_eq!(gone::detailed(1).expect("a miss").source, Source::Computed);
    assert_eq!(gone::detailed(1).expect("it is there again").source, Source::L2);
    assert!(directory.events.names().is_empty(), "{:?}", directory.events.lines());
}

/// L7, L16, F9, F10: a value ends by its envelope: its file goes, whatever dates the file has.
#[test]
fn a_value_ends_by_its_envelope_and_its_file_goes() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "ending", runtime = RUNTIME)]
    fn ending(n: u32) -> Result<u32, Failure> {
        if RUNS.again() > 1 { Err(Failure::Own("no more")) } else { Ok(n) }
    }

    let clock = ManualClock::new();
    let directory = Directory::with(&RUNTIME, |builder| builder.clock(&clock));
    ending(1).expect("the directory is there");
    let file = directory.file(&ending::key(1));
    let set = |to: std::time::SystemTime| {
        let opened = fs::File::options().write(true).open(&file).expect("it is there");
        opened.set_modified(to).expect("a date can be set");
    };
    // A copy that lost the file's date is served all the same.
    set(std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    clock.advance(Duration::from_millis(59_990));
    assert_eq!(ending::detailed(1).expect("within its life").source, Source::L2);
    // A date that claims a longer life gives none.
    set(std::time::UNIX_EPOCH + Duration::from_secs(4_000_000_000));
    clock.advance(Duration::from_millis(10));
    assert!(ending(1).expect_err("its life is over").is_own());
    assert!(!file.exists());
    assert_eq!(undecodable("ending"), 0, "a life that is over is no corruption");
}

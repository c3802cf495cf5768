//! Bounds: bytes on the disk, entries that are over, and what dead processes left.

use std::fs;
use std::time::Duration;

use cachekit::testing::ManualClock;
use cachekit::{Source, cached};
use cachekit_tests::{Directory, Failure, Slot, until};

use crate::report;

const MIB: u64 = 1 << 20;

/// L9, L17, L19: three times the cap is written, the cap holds at every step, and what is used stays.
#[test]
fn the_cap_holds_after_three_times_as_much_was_written_and_what_is_used_stays() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "capped", runtime = RUNTIME)]
    fn capped(n: u32) -> Result<Vec<u8>, Failure> {
        Ok(vec![n.to_le_bytes()[0]; 8_000])
    }

    let directory = Directory::with(&RUNTIME, |builder| builder.disk_max_bytes(MIB));
    let mut written = 0;
    for n in 0.. {
        capped(n).expect("the directory is there");
        written += 8_104;
        assert!(directory.bytes() <= MIB, "{} bytes", directory.bytes());
        assert_eq!(capped::detailed(0).expect("it is there").source, Source::L2, "{n}");
        if written > 3 * MIB {
            break;
        }
    }
    let report = report(&RUNTIME);
    let files = directory.values().len() as u64;
    // Two blocks each, as a value of 8 104 bytes takes.
    assert!(files * 8_192 <= MIB && files > 100, "{files} files");
    assert_eq!(report["metrics"]["warm_cache_files"], files, "{report}");
    assert!(report["metrics"]["evictions"].as_u64().expect("a number") > 200, "{report}");
}

/// L18: overwriting neither drifts nor evicts; a value larger than all is returned and kept nowhere.
#[test]
fn overwriting_evicts_nothing_and_what_is_too_large_evicts_nothing_either() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "overwritten", runtime = RUNTIME)]
    fn overwritten(n: u32) -> Result<Vec<u8>, Failure> {
        Ok(vec![7; if n == 999 { 200_000 } else { 4_000 + n as usize }])
    }

    let directory = Directory::with(&RUNTIME, |builder| builder.disk_max_bytes(64 << 10));
    for n in 0..8 {
        overwritten(n).expect("the directory is there");
    }
    for _ in 0..200 {
        overwritten::refresh(3).expect("the directory is there");
        overwritten::prime(4, vec![1; 100]).expect("the directory is there");
    }
    assert_eq!(overwritten(999).expect("it is returned").len(), 200_000);
    assert_eq!(directory.values().len(), 8);
    let report = report(&RUNTIME);
    assert_eq!(report["metrics"]["evictions"], 0, "{report}");
    assert_eq!(report["metrics"]["warm_cache_files"], 8, "{report}");
    let size = report["metrics"]["warm_cache_size_mb"].as_f64().expect("a number");
    assert!((size - 0.06).abs() < 0.011, "fifteen blocks: {report}");
}

/// L7, L13, L14, L17: what a former process left is known after a look, and keeps to the new cap.
#[test]
fn a_restart_knows_what_is_there_and_keeps_to_its_cap() {
    static FIRST: Slot = Slot::new();
    static SECOND: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "inherited", runtime = FIRST)]
    fn before(n: u32) -> Result<Vec<u8>, Failure> {
        Ok(vec![n.to_le_bytes()[0]; 4_000])
    }
    #[cached(mode = "strict", ttl = 60, name = "inherited", runtime = SECOND)]
    fn after(n: u32) -> Result<Vec<u8>, Failure> {
        Err(Failure::Own(if n == 0 { "zero" } else { "another" }))
    }

    let directory = Directory::new();
    FIRST.set(directory.runtime(|builder| builder));
    for n in 0..64 {
        before(n).expect("the directory is there");
    }
    let folder = directory.file(&before::key(0)).parent().expect("it is below").to_owned();
    let foreign = [folder.join("README"), directory.path().join("v1/mine"), folder.join("x.tmp")];
    for path in &foreign {
        fs::write(path, b"not the cache's").expect("it can be written");
    }
    SECOND.set(directory.runtime(|builder| builder.disk_max_bytes(128 << 10)));
    // Two blocks each, as a value of 4 107 bytes takes.
    until("the second process keeps to its cap", || {
        report(&SECOND)["metrics"]["warm_cache_files"] == 16 && directory.values().len() == 16
    });
    let served = (0..64).filter(|n| after(*n).is_ok()).count();
    assert_eq!(served, directory.values().len(), "what is left is served");
    assert!(foreign.iter().all(|path| path.exists()), "what is not ours is left alone");
    // Also in a directory that is invalidated as a whole, which then stays in the trash.
    after::invalidate_all().expect("the directory is there");
    let trash = directory.path().join("v1/trash");
    let left = || directory.files().into_iter().filter(|file| file.starts_with(&trash)).count();
    until("ours are deleted, and two are not ours", || left() == 2);
}

/// L7: what is over is collected without anybody's asking for it, and what is not stays.
#[test]
fn what_is_over_is_collected_in_the_background() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "collected", runtime = RUNTIME)]
    fn short(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
    #[cached(mode = "strict", ttl = "1h", name = "kept", runtime = RUNTIME)]
    fn long(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let clock = ManualClock::new();
    let directory = Directory::with(&RUNTIME, |builder| builder.clock(&clock));
    for n in 0..600 {
        short(n).expect("the directory is there");
    }
    long(1).expect("the directory is there");
    clock.advance(Duration::from_secs(60));
    until("what is over is gone", || directory.values().len() == 1);
    assert_eq!(long::detailed(1).expect("it is there").source, Source::L2);
    // What is invalidated as a whole is deleted as well.
    long::invalidate_all().expect("the directory is there");
    until("the trash is empty", || {
        fs::read_dir(directory.path().join("v1/trash"))
            .is_ok_and(|mut trash| trash.next().is_none())
    });
}

/// L12: the file of a fill whose process died is swept once no fill can be that old.
#[test]
fn an_orphan_is_swept_and_a_fill_in_flight_is_not() {
    static FIRST: Slot = Slot::new();
    static SECOND: Slot = Slot::new();

    #[cached(mode = "strict", ttl = "1h", name = "orphaned", runtime = FIRST)]
    fn orphaned(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::new();
    FIRST.set(directory.runtime(|builder| builder));
    orphaned(1).expect("the directory is there");
    let file = directory.file(&orphaned::key(1));
    let name = file.file_name().expect("it has a name").to_string_lossy()[..64].to_owned();
    let filler = file.with_file_name(format!("{name}~{}", "0".repeat(32)));
    let probe = directory.path().join("v1").join(format!("probe~{}", "0".repeat(32)));
    let foreign = directory.path().join("v1/probe~mine");
    for path in [&filler, &probe, &foreign] {
        fs::write(path, b"half a val").expect("it can be written");
    }

    // A process whose clock is the real one leaves it; one that starts two hours later does not.
    let clock = ManualClock::new();
    clock.set_wall(fs::metadata(&filler).and_then(|file| file.modified()).expect("a date"));
    SECOND.set(directory.runtime(|builder| builder.clock(&clock)));
    until("the second has looked", || report(&SECOND)["metrics"]["warm_cache_files"] == 1);
    assert!(filler.exists() && probe.exists());
    clock.advance(Duration::from_secs(2 * 3600));
    let third = directory.runtime(|builder| builder.clock(&clock));
    until("the orphans are gone", || !filler.exists() && !probe.exists());
    assert!(foreign.exists(), "L14");
    drop(third);
}

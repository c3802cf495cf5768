//! Directories that are no directories, full or hung: counted, told once, and never a miss in silence.

use std::fs;
use std::thread;
use std::time::Duration;

use cachekit::{Invalidated, Source, Thresholds, cached};
use cachekit_tests::{Directory, Failure, Runs, Slot, SmallDisk, timed, until};

use crate::report;

/// L4, L21, L26, L34: a file that cannot be read is a fault and stays; the caller gets a value.
#[test]
fn an_error_of_the_disk_is_no_corruption_and_the_file_stays() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "unreadable", runtime = RUNTIME)]
    fn unreadable(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    unreadable(1).expect("the directory is there");
    let file = directory.file(&unreadable::key(1));
    fs::remove_file(&file).expect("it is there");
    fs::create_dir(&file).expect("a directory can be made");
    let answer = unreadable::detailed(1).expect("degraded never errs");
    assert_eq!((answer.value, answer.source, answer.degraded), (1, Source::Computed, true));
    assert!(file.is_dir(), "nothing of ours, so it stays");
    let now = report(&RUNTIME);
    assert_eq!(now["metrics"]["warm_errors"], 1, "{now}");
    assert_eq!(now["metrics"]["warm_corruptions"], 0);
    assert_eq!(now["metrics"]["warm_circuit_breaker"]["failure_count"], 1, "{now}");
    assert_eq!(unreadable::stats().rejected, 0);
    fs::remove_dir(&file).expect("it is empty");
    assert!(!unreadable::detailed(1).expect("it is there").degraded);
    assert_eq!(unreadable::detailed(1).expect("it is there").source, Source::L2);
}

/// L5, L22, L23, L25, L31, K1, K3, K5: three faults open the breaker, memory goes on, and the tier
/// comes back without anybody's asking.
#[test]
fn a_broken_directory_is_left_alone_until_it_is_mended() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, name = "broken", runtime = RUNTIME)]
    fn broken(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }
    #[cached(mode = "strict", ttl = 60, name = "refused", runtime = RUNTIME)]
    fn refused(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    broken(1).expect("the directory is there");
    directory.break_it();
    assert_eq!(broken::detailed(1).expect("it is in memory").source, Source::L1);
    for n in 10..13 {
        assert!(broken::detailed(n).expect("degraded never errs").degraded);
    }
    directory.events.wait_for("BACKEND_UNAVAILABLE_AT_RUNTIME");
    let (down, took) = timed(|| report(&RUNTIME));
    assert!(took < Duration::from_millis(300), "{took:?}");
    assert_eq!(down["status"], "degraded");
    assert_eq!(down["hot_cache_status"], "healthy");
    assert_eq!(down["warm_cache_status"], "degraded");
    assert_eq!(down["circuit_breaker_state"], "open", "{down}");
    assert_eq!(down["metrics"]["circuit_breaker_opens"], 1);
    let error = refused(1).expect_err("strict refuses").cache();
    assert!(error.is_unavailable(), "{error}");
    let text = error.to_string();
    assert!(!text.contains(&directory.path().display().to_string()), "{text}");
    // What is computed now is kept in memory while it lasts.
    let runs = RUNS.count();
    assert_eq!(broken::detailed(20).expect("degraded never errs").source, Source::Computed);
    assert_eq!(broken::detailed(20).expect("degraded never errs").source, Source::Fallback);
    assert_eq!(RUNS.count(), runs + 1);
    assert_eq!(broken::invalidate(1).expect("it is owed"), Invalidated::Pending);
    let faults = report(&RUNTIME)["metrics"]["warm_errors"].clone();
    for n in 30..130 {
        broken(n).expect("degraded never errs");
    }
    assert_eq!(report(&RUNTIME)["metrics"]["warm_errors"], faults, "nobody asked the disk");

    directory.mend_it();
    directory.events.wait_for("BACKEND_RECOVERED");
    let up = report(&RUNTIME);
    assert_eq!(
        (&up["status"], &up["circuit_breaker_state"]),
        (&"healthy".into(), &"closed".into())
    );
    assert_eq!(broken::detailed(1).expect("B30: it was owed").source, Source::Computed);
    assert_eq!(refused(1).expect("the directory is back"), 1);
    assert_eq!(directory.events.count("BACKEND_UNAVAILABLE_AT_RUNTIME"), 1);
}

/// L25: a hundred reads of one bad path tell one line.
#[test]
fn a_fault_is_told_once_however_many_meet_it() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "told", runtime = RUNTIME)]
    fn told(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let patient = Thresholds { failures: 1_000, ..Thresholds::DISK };
    let directory = Directory::with(&RUNTIME, |builder| builder.breaker(patient));
    told(1).expect("the directory is there");
    let file = directory.file(&told::key(1));
    fs::remove_file(&file).expect("it is there");
    fs::create_dir(&file).expect("a directory can be made");
    for _ in 0..100 {
        told(1).expect("degraded never errs");
    }
    assert_eq!(directory.events.names(), ["DISK_IO_ERROR"]);
    let line = &directory.events.lines()[0];
    assert!(line.contains("a directory is where a file should be"), "{line}");
    assert!(!line.contains("cache/v1"), "no path: {line}");
    assert_eq!(report(&RUNTIME)["metrics"]["warm_errors"], 100);
}

/// L27, B3: a directory that cannot be had is an error at once, unless every function that is named
/// answers without it; then the process says so and keeps trying.
#[test]
fn a_start_without_a_directory_is_as_the_mode_says() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "not started", runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, name = "started", runtime = RUNTIME)]
    fn started(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::new();
    fs::write(directory.path(), b"a file in its place").expect("it can be written");
    let error = directory.builder().build().expect_err("it is a file");
    assert!(error.is_unavailable() && error.operation() == "install", "{error}");
    let path = directory.path().display().to_string();
    assert!(error.to_string().contains(&path), "{path} is not named in: {error}");
    let named = directory.builder().functions([strict::SPEC, started::SPEC]).build();
    assert!(named.expect_err("one of them is strict").is_unavailable());
    RUNTIME.set(directory.runtime(|builder| builder.functions([started::SPEC])));
    assert_eq!(report(&RUNTIME)["status"], "degraded");
    assert!(started::detailed(1).expect("degraded never errs").degraded);
    assert!(directory.events.count("BACKEND_UNAVAILABLE_AT_STARTUP") == 1);
    fs::remove_file(directory.path()).expect("it is there");
    directory.events.wait_for("BACKEND_RECOVERED");
    assert!(!started::detailed(2).expect("it was made").degraded);
    assert_eq!(directory.values().len(), 1);
    assert_eq!(report(&RUNTIME)["status"], "healthy");
}

/// L10, L27, L34: a full disk keeps nothing half written, is read all the same, and takes writes
/// again once there is room.
#[test]
fn a_full_disk_is_read_and_leaves_nothing_behind() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "full", runtime = RUNTIME)]
    fn full(n: u32) -> Result<Vec<u8>, Failure> {
        Ok(vec![n.to_le_bytes()[0]; 20_000])
    }
    #[cached(mode = "strict", ttl = 60, name = "strictly full", runtime = RUNTIME)]
    fn strict(n: u32) -> Result<Vec<u8>, Failure> {
        Ok(vec![n.to_le_bytes()[0]; 20_000])
    }

    let (directory, disk) = (Directory::new(), SmallDisk::of_kib(1024));
    let path = disk.path().join("cache");
    let builder = cachekit::Runtime::builder()
        .namespace("tests")
        .disk(&path)
        .on_event(directory.events.listener());
    RUNTIME.set(builder.build().expect("the disk is there"));
    full(1).expect("there is room");
    disk.fill_up();
    strict::prime(2, vec![0; 20_000]).expect_err("there is no room");
    for n in 2..6 {
        let answer = full::detailed(n).expect("degraded never errs");
        assert!(answer.degraded, "it is not stored");
        assert_eq!(full::detailed(1).expect("it is there").source, Source::L2, "reads go on");
    }
    let error = strict(1).expect_err("it cannot be stored").cache();
    assert_eq!((error.operation(), error.is_unavailable()), ("set", true), "{error}");
    // Nobody takes back what a prime leaves behind.
    let primed = strict::prime(2, vec![0; 20_000]).expect_err("it cannot be stored");
    assert!(primed.is_unavailable(), "{primed}");
    let listed = std::process::Command::new("find").arg(&path).args(["-name", "*~*"]).output();
    let listed = listed.expect("find is installed").stdout;
    assert!(listed.is_empty(), "{}", String::from_utf8_lossy(&listed));
    assert_eq!(directory.events.count("DISK_IO_ERROR"), 1, "L25: once, whatever the entry");
    let now = report(&RUNTIME);
    assert_eq!((&now["status"], &now["availability"]), (&"degraded".into(), &"up".into()), "{now}");
    assert!(now["why"].as_str().expect("a reason").contains("no space"), "{now}");
    let restarted =
        cachekit::Runtime::builder().namespace("tests").disk(&path).on_event(|_| ()).build();
    let restarted = restarted.expect("a full disk is read");
    assert_eq!(restarted.health().status(), "degraded");

    disk.make_room();
    until("writes pass again", || RUNTIME.health().status() == "healthy");
    assert!(!full::detailed(7).expect("there is room").degraded);
    assert_eq!(full::detailed(7).expect("it is there").source, Source::L2);
    assert_eq!(strict(1).expect("there is room").len(), 20_000);
}

/// L28, B29: a disk that hangs bounds each call by `op_timeout`, and delays no task of the caller's
/// executor.
#[test]
fn a_hung_disk_bounds_calls_and_blocks_no_executor() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, l1 = "off", name = "hung", runtime = RUNTIME)]
    async fn hung(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let limit = Duration::from_millis(600);
    let directory = Directory::with(&RUNTIME, |builder| builder.op_timeout(limit));
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let executor = executor.expect("the system has a poller");
    executor.block_on(hung(0)).expect("the directory is there");
    // Another process that stopped while it held every lock.
    let held = directory.lock();
    let (ticks, took) = timed(|| {
        executor.block_on(async {
            let call = tokio::spawn(hung(1));
            let mut ticks = 0;
            while !call.is_finished() {
                tokio::time::sleep(Duration::from_millis(10)).await;
                ticks += 1;
            }
            assert_eq!(call.await.expect("no panic").expect("degraded never errs"), 1);
            ticks
        })
    });
    assert!(took >= limit.mul_f64(0.9) && took < limit * 4, "{took:?}");
    assert!(ticks >= 15, "{ticks} ticks of 10 ms in {took:?}");
    assert_eq!(executor.block_on(hung(0)).expect("reads take no lock"), 0);
    drop(held);
    until("it is stored again", || {
        executor.block_on(hung::detailed(2)).is_ok_and(|answer| answer.source == Source::L2)
    });
}

/// H3, L28: a change that hung until its caller gave it up takes no effect when the disk is back.
#[test]
fn a_change_that_was_given_up_takes_no_effect_later() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "given up", runtime = RUNTIME)]
    async fn given_up(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
    let executor = executor.expect("the system has threads");
    executor.block_on(given_up(1)).expect("the directory is there");
    let held = directory.lock();
    let prime = executor.spawn(given_up::prime(1, 7));
    until("its value is written", || !directory.fillers().is_empty());
    prime.abort();
    let ended = executor.block_on(prime).expect_err("its caller gave it up");
    assert!(ended.is_cancelled());
    drop(held);
    until("what was given up is gone", || directory.fillers().is_empty());
    until("H14: the entry is owed, and ended", || RUNTIME.health().owed() == 0);
    let now = executor.block_on(given_up::detailed(1)).expect("the directory is there");
    assert_eq!((now.value, now.source), (1, Source::Computed));
}

/// L33: the boundary costs no hit: the same calls hit the same over a directory and over memory.
#[test]
fn a_directory_hits_as_often_as_memory_does() {
    static DISK: Slot = Slot::new();
    static MEMORY: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "trace", runtime = DISK)]
    fn over_disk(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
    #[cached(mode = "strict", ttl = 60, name = "trace", runtime = MEMORY)]
    fn over_memory(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let _directory = Directory::with(&DISK, |builder| builder);
    let memory = cachekit::Runtime::builder().backend(cachekit::testing::Memory::new());
    MEMORY.set(memory.build().expect("memory is there"));
    thread::scope(|scope| {
        for caller in 0..4_u32 {
            scope.spawn(move || {
                for call in 0..250 {
                    let n = (caller * 31 + call * 17) % 97;
                    over_disk(n).expect("it is there");
                    over_memory(n).expect("it is there");
                }
            });
        }
    });
    let (disk, memory) = (over_disk::stats(), over_memory::stats());
    assert_eq!(disk.calls, memory.calls);
    assert_eq!((disk.computed, memory.computed), (97, 97));
}

//! What a directory keeps: values across restarts, and nothing of what was invalidated.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Directory, Failure, Runs, Slot, timed};

/// L8, L13: a value outlives its runtime; the next one reads it once, and has it in memory then.
#[test]
fn a_value_survives_a_restart_and_is_promoted_at_the_first_read() {
    static FIRST: Slot = Slot::new();
    static SECOND: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, name = "survivor", runtime = FIRST)]
    fn before(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n + 1)
    }
    #[cached(mode = "degraded", ttl = 60, name = "survivor", runtime = SECOND)]
    fn after(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n + 1)
    }

    let directory = Directory::new();
    FIRST.set(directory.runtime(|builder| builder));
    assert_eq!(before(1).expect("the directory is there"), 2);
    SECOND.set(directory.runtime(|builder| builder));
    let sources: Vec<_> = (0..3)
        .map(|_| after::detailed(1).expect("the directory is there"))
        .map(|answer| (answer.value, answer.source, answer.degraded))
        .collect();
    assert_eq!(sources, [(2, Source::L2, false), (2, Source::L1, false), (2, Source::L1, false)]);
    assert_eq!(RUNS.count(), 1);
    assert_eq!(directory.values().len(), 1, "promotion keeps the durable copy");
}

/// M1: after a restart, warming a list promotes it from the disk, and runs no body.
#[test]
fn a_restart_is_warm_within_seconds() {
    static FIRST: Slot = Slot::new();
    static SECOND: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 600, name = "rewarmed", runtime = FIRST)]
    fn before(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }
    #[cached(mode = "degraded", ttl = 600, name = "rewarmed", runtime = SECOND)]
    async fn after(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let directory = Directory::new();
    FIRST.set(directory.runtime(|builder| builder));
    assert_eq!(before::warm(0..500).computed, 500);
    SECOND.set(directory.runtime(|builder| builder));
    let executor = tokio::runtime::Builder::new_current_thread().build().expect("it has threads");
    let (warmed, took) = timed(|| executor.block_on(after::warm(0..500)));
    assert_eq!((warmed.present, warmed.computed, warmed.failed), (500, 0, 0));
    assert!(took.as_secs() < 5, "{took:?}");
    for n in 0..500 {
        assert_eq!(executor.block_on(after(n)).expect("it is there"), n);
    }
    let stats = after::stats();
    assert_eq!((stats.l1, stats.l2, stats.misses, RUNS.count()), (500, 0, 0, 500), "{stats:?}");
}

/// H1, H3, H6: an invalidation removes the file, of one entry, of a tenant and of all.
#[test]
fn an_invalidation_removes_what_it_names_and_nothing_else() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, tenant = tenant, name = "tenanted", runtime = RUNTIME)]
    fn tenanted(tenant: &str, n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    let fill = || {
        for tenant in ["a", "b"] {
            for n in 0..3 {
                tenanted(tenant, n).expect("the directory is there");
            }
        }
        assert_eq!(directory.values().len(), 6);
    };
    fill();
    assert_eq!(tenanted::invalidate("a", 1).expect("it is there"), Invalidated::Done);
    assert_eq!(tenanted::invalidate("a", 1).expect("H11: nothing is there"), Invalidated::Done);
    assert_eq!(directory.values().len(), 5);
    assert_eq!(tenanted::peek("a", 1).expect("it is there"), None);
    fill();
    assert_eq!(tenanted::invalidate_tenant("a").expect("it is there"), Invalidated::Done);
    assert_eq!(directory.values().len(), 3);
    assert_eq!(tenanted::peek("b", 1).expect("it is there"), Some(1));
    fill();
    assert_eq!(tenanted::invalidate_all().expect("it is there"), Invalidated::Done);
    assert!(directory.values().is_empty());
    fill();
}

/// I1, I5, N9: prime, refresh and update do over a directory what they do over a server.
#[test]
fn prime_refresh_and_update_change_the_file() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "changed", runtime = RUNTIME)]
    fn changed(n: u32) -> Result<Vec<u32>, Failure> {
        Ok(vec![n, u32::try_from(RUNS.again()).expect("few")])
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    assert_eq!(changed::update(7, |_| ()).expect("it is there"), None, "I3");
    assert!(directory.values().is_empty() && directory.fillers().is_empty());
    changed::prime(7, vec![1]).expect("the directory is there");
    assert_eq!(changed(7).expect("it is there"), [1]);
    changed::update(7, |all| all.push(2)).expect("it is there");
    assert_eq!(changed(7).expect("it is there"), [1, 2]);
    assert_eq!(changed::refresh(7).expect("it is there"), [7, 1]);
    assert_eq!(changed(7).expect("it is there"), [7, 1]);
    assert_eq!(directory.values().len(), 1);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    changed::update(7, |all| all[0] += 1).expect("it is there");
                }
            });
        }
    });
    assert_eq!(changed(7).expect("it is there"), [207, 1]);
    assert!(directory.fillers().is_empty(), "{:?}", directory.fillers());
}

/// L29, L30: whatever the arguments are, files have names of our own, for their owner alone.
#[test]
fn keys_never_become_paths_and_files_are_their_owners_alone() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, tenant = text, name = "../../etc", runtime = RUNTIME)]
    fn named(text: &str) -> Result<String, Failure> {
        Ok(text.to_owned())
    }

    let directory = Directory::with(&RUNTIME, |builder| builder.namespace(".."));
    let long = "x".repeat(10_000);
    let texts = ["../x", "/etc/x", "a\0b", "", ".", "case", "CASE", "Case", long.as_str()];
    for text in texts {
        assert_eq!(named(text).expect("the directory is there"), text);
    }
    for text in texts {
        let answer = named::detailed(text).expect("the directory is there");
        assert_eq!((answer.value.as_str(), answer.source), (text, Source::L2));
    }
    assert_eq!(directory.values().len(), texts.len());
    let format = directory.path().join("v1");
    for file in directory.values() {
        let depth = file.strip_prefix(&format).expect("below the format's").components().count();
        assert_eq!(depth, 5, "{}", file.display());
    }
    let around = directory.path().parent().expect("it is below another").to_owned();
    assert_eq!(fs::read_dir(around).expect("it is there").count(), 1, "nothing beside it");
    for file in directory.files() {
        let below = file.strip_prefix(directory.path()).expect("below it").display().to_string();
        let safe = |c: char| c.is_ascii_alphanumeric() || "/._~-".contains(c);
        assert!(below.chars().all(safe) && !below.contains("/../"), "{below}");
        let mode = |path: &std::path::Path| {
            fs::metadata(path).expect("it is there").permissions().mode() & 0o777
        };
        assert_eq!(mode(&file), 0o600, "{below}");
        for above in file.ancestors().skip(1).take_while(|path| path.starts_with(directory.path()))
        {
            assert_eq!(mode(above), 0o700, "{}", above.display());
        }
    }
}

/// A directory before another L2 would serve what was invalidated elsewhere; the builder says so.
#[test]
fn a_directory_before_a_server_is_refused_with_the_reason() {
    let directory = Directory::new();
    let built = Runtime::builder()
        .namespace("tests")
        .disk(directory.path())
        .redis("redis://127.0.0.1:1/")
        .build();
    let error = built.expect_err("a runtime has one L2");
    assert!(error.is_config(), "{error}");
    assert!(error.to_string().contains("invalidate"), "{error}");
    let built =
        Runtime::builder().namespace("tests").disk(directory.path()).disk_max_bytes(1).build();
    assert!(built.expect_err("nothing fits").is_config());
}

//! Two processes over one directory, and processes that are killed while they write.

use std::fs;

use cachekit::{RuntimeBuilder, cached};
use cachekit_tests::{Directory, Failure, Node, Runs, Slot, node, until};
use serde_json::{Value, json};

static RUNTIME: Slot = Slot::new();
static RUNS: Runs = Runs::new();

/// Where the directory of a second process is.
const DIRECTORY: &str = "CACHEKIT_TEST_DIRECTORY";

#[cached(mode = "strict", ttl = 600, tenant = "t", name = "shared by nodes", runtime = RUNTIME)]
fn shared(n: u64) -> Result<u64, Failure> {
    RUNS.again();
    // A body that the test holds up for as long as a file says so.
    let gate = std::env::temp_dir().join(format!("cachekit-gate-{n}"));
    until("the gate is open", || !gate.exists());
    Ok(u64::from(std::process::id()) * 1_000 + RUNS.count() as u64)
}

#[cached(mode = "strict", ttl = 600, name = "counted by nodes", runtime = RUNTIME)]
fn counted(n: u64) -> Result<Vec<(u64, u64)>, Failure> {
    Ok(vec![(0, n); 0])
}

/// A value that says what it must be: its key over and over.
#[cached(mode = "degraded", ttl = 600, l1 = "off", name = "written by nodes", runtime = RUNTIME)]
fn pattern(n: u64) -> Result<Vec<u64>, Failure> {
    Ok(vec![n; 2_000])
}

#[cached(mode = "strict", ttl = 600)]
fn by_environment(n: u64) -> Result<u64, Failure> {
    Ok(n + 1)
}

/// A process over the directory that its parent names.
#[test]
fn node() {
    if let Ok(path) = std::env::var(DIRECTORY) {
        let builder = cachekit::Runtime::builder().namespace("tests").disk(path).on_event(|_| ());
        RUNTIME.set(builder.build().expect("the directory is there"));
    }
    node::serve(|what, argument| {
        let n = argument.as_u64().unwrap_or_default();
        let number = |called: Result<u64, Failure>| called.map_or(Value::Null, Value::from);
        match what {
            "call" => number(shared(n)),
            "invalidate" => {
                json!(format!("{:?}", shared::invalidate(n).map_err(|e| e.to_string())))
            }
            "invalidate all" => json!(shared::invalidate_all().is_ok()),
            "invalidate tenant" => json!(shared::invalidate_tenant("t").is_ok()),
            "append" => {
                let appended = |time: u64| counted::update(7, |all| all.push((n, time)));
                json!((0..100).filter(|time| matches!(appended(*time), Ok(Some(_)))).count())
            }
            "by environment" => match by_environment(n) {
                Ok(value) => json!(value),
                Err(failure) => json!(failure.to_string()),
            },
            "prime" => json!(shared::prime(n, n).is_ok()),
            "write" => {
                // For ever: the parent ends this process in the midst of it.
                for round in 0.. {
                    let at = (n + round) % 16;
                    drop(pattern::refresh(at));
                }
                Value::Null
            }
            other => panic!("nobody answers {other}"),
        }
    });
}

fn second(directory: &Directory) -> Node {
    let path = directory.path().display().to_string();
    Node::start("disk::shared::node", &[(DIRECTORY, path.as_str())])
}

/// H3, H6, H12: whatever another process invalidates keeps a fill that began before from storing.
#[test]
fn an_invalidation_by_one_process_beats_the_fill_of_another() {
    let directory = Directory::new();
    let (mut one, mut two) = (second(&directory), second(&directory));
    let base = u64::from(std::process::id()) * 100;
    let changes = ["invalidate", "invalidate all", "invalidate tenant", "prime"];
    for (index, change) in changes.into_iter().enumerate() {
        let n = base + index as u64;
        let gate = std::env::temp_dir().join(format!("cachekit-gate-{n}"));
        fs::write(&gate, b"").expect("it can be written");
        one.tell("call", n);
        until("the fill is registered", || directory.fillers().len() == 1);
        two.ask(change, n);
        assert!(directory.fillers().is_empty(), "{change}");
        fs::remove_file(&gate).expect("it was written");
        let overtaken = one.answer().as_u64().expect("its caller gets a value");
        let stored = two.ask("call", n).as_u64().expect("the directory is there");
        assert_ne!(stored, overtaken, "{change}: what began before is not served after");
        assert_eq!(one.ask("call", n), stored, "{change}: both see what is stored");
    }
}

/// H1, H12: a change by one process is seen by the next strict call of another.
#[test]
fn strict_nodes_see_each_others_changes_at_once() {
    let directory = Directory::new();
    let (mut one, mut two) = (second(&directory), second(&directory));
    for round in 0..50 {
        let n = round % 5;
        let stored = one.ask("call", n);
        assert_eq!(two.ask("call", n), stored);
        assert_eq!(two.ask("invalidate", n), "Ok(Done)");
        assert_eq!(one.ask("prime", n), true);
        assert_eq!(two.ask("call", n), n);
        assert_eq!(one.ask("invalidate", n), "Ok(Done)");
    }
    assert!(directory.fillers().is_empty());
}

/// I1: updates of two processes are all kept.
#[test]
fn updates_of_two_processes_are_all_kept() {
    static OWN: Slot = Slot::new();
    #[cached(mode = "strict", ttl = 600, name = "counted by nodes", runtime = OWN)]
    fn reader(n: u64) -> Result<Vec<(u64, u64)>, Failure> {
        Ok(vec![(0, n); 0])
    }

    let directory = Directory::new();
    OWN.set(directory.runtime(|builder: RuntimeBuilder| builder));
    reader(7).expect("the directory is there");
    let (mut one, mut two) = (second(&directory), second(&directory));
    one.tell("append", 1);
    two.tell("append", 2);
    assert_eq!((one.answer(), two.answer()), (json!(100), json!(100)));
    let all = reader(7).expect("it is there");
    assert_eq!(all.len(), 200);
    for node in [1, 2] {
        let own: Vec<_> = all.iter().filter(|(by, _)| *by == node).map(|(_, time)| *time).collect();
        assert_eq!(own, (0..100).collect::<Vec<_>>());
    }
}

/// L27: the environment names the directory of a process that installs nothing.
#[test]
fn the_environment_names_a_directory() {
    let directory = Directory::new();
    let path = directory.path().display().to_string();
    let mut node = Node::start("disk::shared::node", &[("CACHEKIT_DISK_DIR", path.as_str())]);
    assert_eq!(node.ask("by environment", 1), 2);
    assert_eq!(directory.values().len(), 1);
    let both =
        [("CACHEKIT_DISK_DIR", path.as_str()), ("CACHEKIT_REDIS_URL", "redis://127.0.0.1:1")];
    let mut node = Node::start("disk::shared::node", &both);
    let refused = node.ask("by environment", 1);
    assert!(refused.as_str().is_some_and(|text| text.contains("invalidate")), "{refused}");
}

/// L11, L12: fifty processes are killed while they write, and no value is ever wrong.
#[test]
fn fifty_kills_during_writes_leave_no_wrong_value() {
    static OWN: Slot = Slot::new();
    #[cached(mode = "degraded", ttl = 600, l1 = "off", name = "written by nodes", runtime = OWN)]
    fn reader(n: u64) -> Result<Vec<u64>, Failure> {
        Ok(vec![n; 2_000])
    }

    let directory = Directory::new();
    OWN.set(directory.runtime(|builder: RuntimeBuilder| builder));
    for kill in 0..50_u64 {
        let mut node = second(&directory);
        node.tell("write", kill);
        // After a number of writes that differs each time.
        let mut last = Vec::new();
        let mut changes = 0;
        until("it writes", || {
            let now: Vec<_> = directory
                .values()
                .iter()
                .filter_map(|path| {
                    use std::os::unix::fs::MetadataExt as _;
                    fs::metadata(path).ok().map(|file| file.ino())
                })
                .collect();
            changes += u64::from(now != last);
            last = now;
            changes > 1 + kill % 4
        });
        drop(node);
        for n in 0..16 {
            assert_eq!(reader(n).expect("degraded never errs"), vec![n; 2_000], "kill {kill}");
        }
    }
    let report = crate::report(&OWN);
    assert_eq!(report["metrics"]["warm_corruptions"], 0, "no file was ever torn: {report}");
    assert_eq!(report["metrics"]["warm_errors"], 0, "{report}");
    println!("50 kills during writes: no wrong value, {} orphans", directory.fillers().len());
}

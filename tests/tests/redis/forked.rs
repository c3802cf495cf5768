//! A child made by `fork`, which has its parent's memory and none of its threads.

use std::panic::catch_unwind;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{fs, process, thread};

use cachekit::cached;
use cachekit_tests::patience::PATIENCE;
use cachekit_tests::{Failure, Node, RedisGuard, Runs, Slot, node};
use fork::{Fork, fork};
use serde_json::json;

static RUNTIME: Slot = Slot::new();
/// The runtime that the child builds.
static OWN: Slot = Slot::new();
static RUNS: Runs = Runs::new();
static URL: OnceLock<String> = OnceLock::new();

#[cached(mode = "strict", ttl = 60, name = "forked_strict", runtime = RUNTIME)]
fn strict(n: u32) -> Result<u32, Failure> {
    RUNS.again();
    Ok(n)
}

#[cached(mode = "degraded", ttl = 60, name = "forked_degraded", runtime = RUNTIME)]
fn degraded(n: u32) -> u32 {
    n + 1
}

#[cached(mode = "strict", ttl = 60, name = "forked_own", runtime = OWN)]
fn own(n: u32) -> Result<u32, Failure> {
    Ok(n + 3)
}

/// Whom the leader of a flight tells, and whom it waits for.
type Held = (Sender<()>, Receiver<()>);

#[cached(ttl = 60, wait = "50ms", key = n)]
fn local(n: u32, held: Option<Held>) -> u32 {
    if let Some((tell, wait)) = held {
        tell.send(()).expect("the test waits for it");
        wait.recv().expect("the test lets it go");
    }
    n + 2
}

/// A leader that is held, and what a follower that is not patient comes to.
fn followed(n: u32) -> u32 {
    let ((tell, told), (go, wait)) = (channel(), channel());
    let leader = thread::spawn(move || local(n, Some((tell, wait))));
    told.recv().expect("the leader runs");
    let value = local(n, None);
    go.send(()).expect("the leader waits");
    assert_eq!(leader.join().expect("it ends"), value);
    value
}

/// What every kind of call comes to.
fn everything() -> String {
    let hit = format!("{:?}", degraded::detailed(1).source);
    let runs = RUNS.count();
    let refused = strict(2).expect_err("it cannot be asked for").cache();
    let refused = (refused.is_unavailable(), refused.to_string(), RUNS.count() - runs);
    let revoked = strict::invalidate(1).expect_err("nobody can be told").to_string();
    let computed = degraded::detailed(2);
    let computed = (computed.value, computed.degraded);
    let lost = degraded::invalidate(1).expect_err("nobody would settle it");
    let primed = degraded::prime(1, 9).expect_err("nobody would settle it");
    let refusals = [revoked, lost.to_string(), primed.to_string()];
    let owed = lost.is_owed() || primed.is_owed();
    let forgotten = format!("{:?}", degraded::detailed(1).source);
    let followed = followed(2);
    let url = URL.get().expect("the parent has connected");
    OWN.set(
        cachekit::Runtime::builder()
            .namespace("tests")
            .redis(url)
            .build()
            .expect("the server is there"),
    );
    let filled = own(1).expect("the server is there");
    let own = (filled, format!("{:?}", own::detailed(1).expect("the server is there").source));
    json!({
        "hit": hit, "refused": refused, "changes": refusals, "computed": computed, "owed": owed,
        "forgotten": forgotten, "followed": followed, "own": own,
    })
    .to_string()
}

/// A process that has called everything, and has no call under way when it is forked.
#[test]
fn parent() {
    node::serve(|what, argument| match what {
        "connect" => {
            let url = URL.get_or_init(|| argument.as_str().expect("a URL").to_owned());
            RUNTIME.set(
                cachekit::Runtime::builder()
                    .namespace("tests")
                    .redis(url)
                    .build()
                    .expect("it is there"),
            );
            json!([strict(1).expect("the server is there"), degraded(1), followed(1)])
        }
        "fork" => match fork().expect("the system gives a process") {
            Fork::Parent(child) => json!(child),
            Fork::Child => {
                let told = Path::new(argument.as_str().expect("a path"));
                let whole = told.with_extension("whole");
                let said = catch_unwind(everything).unwrap_or_else(|_panic| "null".to_owned());
                drop(fs::write(told, said).and_then(|()| fs::rename(told, whole)));
                process::abort()
            }
        },
        _ => panic!("nobody asks for {what}"),
    });
}

/// N23: in a child, strict and every change err and say why, degraded computes, a follower's wait
/// ends, and a runtime that the child builds serves.
#[test]
fn every_call_in_a_forked_child_ends_and_says_why() {
    let redis = RedisGuard::start();
    let mut parent = Node::start("redis::forked::parent", &[]);
    assert_eq!(parent.ask("connect", redis.url()), json!([1, 2, 3]));
    let folder = tempfile::tempdir().expect("the system has a place for it");
    let told = folder.path().join("told");
    let child = parent.ask("fork", told.to_str().expect("it is text"));
    let whole = told.with_extension("whole");
    let ended = ended(&whole);
    if !ended {
        let child = child.as_i64().and_then(|child| i32::try_from(child).ok());
        let child = child.and_then(rustix::process::Pid::from_raw).expect("it has a number");
        let _ = rustix::process::kill_process(child, rustix::process::Signal::KILL);
    }
    assert!(ended, "a call of the child hangs");
    let text = fs::read_to_string(whole).expect("the child has written it");
    let said: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!((&said["hit"], &said["followed"]), (&json!("L1"), &json!(4)));
    assert_eq!(said["computed"], json!([3, true]));
    assert_eq!((&said["refused"][0], &said["refused"][2]), (&json!(true), &json!(0)));
    let why = "this process was forked after its runtime was built; build one in the child";
    let changes = said["changes"].as_array().expect("it is a list");
    for refusal in changes.iter().chain([&said["refused"][1]]) {
        assert!(refusal.as_str().is_some_and(|text| text.contains(why)), "{refusal}");
    }
    // What cannot be told to L2 is forgotten here, and promised to nobody.
    assert_eq!((&said["owed"], &said["forgotten"]), (&json!(false), &json!("Computed")));
    assert_eq!(said["own"], json!([4, "L2"]), "a runtime of the child's own serves");
}

/// Whether a file comes to be in time.
fn ended(whole: &Path) -> bool {
    let (tell, told) = channel();
    let whole = whole.to_owned();
    thread::spawn(move || {
        cachekit_tests::until("the child has told", || whole.exists());
        let _ = tell.send(());
    });
    told.recv_timeout(2 * PATIENCE).is_ok()
}

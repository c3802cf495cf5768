//! A runtime that fills nothing, over a real server.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World};

/// B36: nothing is stored in L2 by a call, in both modes; reads are served from it and changes reach
/// it; and a refresh leaves the entry as it was.
#[test]
fn no_call_stores_anything_and_changes_reach_the_server() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "incident", runtime = RUNTIME)]
    async fn strict(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(RUNS.again())
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn degraded(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let call = |n| runtime.block_on(strict::detailed(n)).expect("the server is there");
    assert_eq!((call(1).value, degraded(1)), (1, 1));
    RUNTIME.read_only(true);
    let stored = world.chaos.count("commit");
    assert_eq!((call(1).source, degraded::detailed(1).source), (Source::L2, Source::L1));
    for run in 2..=3 {
        assert_eq!((call(2).value, call(2).source), (run * 2 - 2, Source::Computed));
        assert_eq!(degraded::detailed(2).source, Source::Computed);
        assert!(!degraded::detailed(2).degraded, "the server is there");
    }
    assert_eq!(runtime.block_on(strict::refresh(1)).expect("the server is there"), 6);
    assert_eq!((call(1).value, call(1).source), (1, Source::L2), "it is as it was");
    assert_eq!(world.chaos.count("commit"), stored, "nothing was sent to be stored");
    for key in [strict::key(2), degraded::key(2)] {
        let held: usize = world.redis.ask(&["EXISTS", &key]);
        assert_eq!(held, 0, "no filler is left either");
    }

    let done = runtime.block_on(strict::prime(2, 70)).expect("the server is there");
    assert_eq!((done, call(2).value), (Invalidated::Done, 70));
    let changed = runtime.block_on(strict::update(2, |value| *value += 7));
    assert_eq!((changed.expect("the server is there"), call(2).value), (Some(77), 77));
    let done = runtime.block_on(strict::invalidate(1)).expect("the server is there");
    assert_eq!((done, call(1).source), (Invalidated::Done, Source::Computed));
    assert_eq!(degraded::invalidate_all().expect("the server is there"), Invalidated::Done);
    assert_eq!(degraded::detailed(1).source, Source::Computed);

    RUNTIME.read_only(false);
    call(1);
    assert_eq!(call(1).source, Source::L2);
    assert_eq!(world.events.names(), ["READ_ONLY", "READ_ONLY_ENDED"]);
    let line = world.events.lines().remove(0);
    for part in ["\"backend\":\"redis\"", "STRICT_DISTRIBUTED", "EXPLICIT_DEGRADED"] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

/// B36, G12: a fill that is under way when it begins is not stored, is nobody's entry after, and
/// still serves who waits for it.
#[test]
fn a_fill_under_way_is_stored_nowhere() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    static MEET: Mutex<Option<(Sender<()>, Receiver<()>)>> = Mutex::new(None);

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn slow(n: u32) -> u32 {
        RUNS.again();
        if let Some((inside, go_on)) = MEET.lock().expect("no panic").take() {
            inside.send(()).expect("somebody waits");
            go_on.recv().expect("somebody sends");
        }
        n
    }

    let world = World::new(&RUNTIME);
    let ((inside, met), (go_on, gone)) = (channel(), channel());
    *MEET.lock().expect("no panic") = Some((inside, gone));
    let computing = thread::spawn(|| slow::detailed(1));
    met.recv().expect("its body runs");
    let joined = thread::spawn(|| slow::detailed(1));
    RUNTIME.read_only(true);
    go_on.send(()).expect("its body waits");
    assert_eq!(computing.join().expect("no panic").source, Source::Computed);
    assert_eq!(joined.join().expect("no panic").value, 1);
    assert_eq!(world.chaos.count("commit"), 0);
    let held: usize = world.redis.ask(&["EXISTS", &slow::key(1)]);
    assert_eq!((held, slow::stats().entries), (0, 0));
    assert_eq!(slow::detailed(1).source, Source::Computed);
    RUNTIME.read_only(false);
    slow(1);
    assert_eq!(slow::detailed(1).source, Source::L1);
    assert!(RUNS.count() >= 3, "{}", RUNS.count());
}

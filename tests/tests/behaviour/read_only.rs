//! A runtime that fills nothing, as during an incident; this process alone, and a tier in its memory.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use cachekit::testing::Memory;
use cachekit::{Invalidated, Runtime, Source, cached};
use cachekit_tests::{Events, Runs, Slot};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

/// B36: nothing that a call computes is kept in L1, by sync and async functions, typed and sealed;
/// what is there is served, changes are made, and all is as before when it ends.
#[test]
fn nothing_is_filled_and_everything_is_served_and_changed() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(runtime = RUNTIME)]
    fn typed(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    #[cached(l1 = "encoded", runtime = RUNTIME)]
    async fn sealed(n: u32) -> u32 {
        n
    }

    RUNTIME.set(Runtime::builder().on_event(|_| ()).build().expect("nothing is reached"));
    assert_eq!((typed(1), block_on(sealed(1))), (1, 1));
    RUNTIME.read_only(true);
    assert_eq!(typed::detailed(1).source, Source::L1, "reads are served");
    assert_eq!(block_on(sealed::detailed(1)).source, Source::L1);
    for run in 2..=3 {
        assert_eq!(typed::detailed(2).value, run, "what misses computes, and is not kept");
        assert_eq!(block_on(sealed::detailed(2)).source, Source::Computed);
    }
    assert_eq!(typed::refresh(1), 4);
    assert_eq!(typed(1), 1, "a refresh leaves the entry as it was");
    let warmed = typed::warm([1, 2, 3]);
    assert_eq!((warmed.failed, warmed.computed, RUNS.count()), (3, 0, 4), "to warm is to fill");

    assert_eq!(typed::prime(5, 50).expect("no L2"), Invalidated::LocalOnly);
    assert_eq!(typed::update(5, |value| *value += 5).expect("no L2"), Some(55));
    assert_eq!(typed::detailed(5).source, Source::L1, "changes are made");
    assert_eq!(typed::invalidate(1).expect("no L2"), Invalidated::LocalOnly);
    assert_eq!(typed::peek(1).expect("no L2"), None);
    RUNTIME.read_only(false);
    assert_eq!([typed(1), typed(1)], [5, 5]);
    assert_eq!(block_on(sealed::detailed(2)).source, Source::Computed);
    assert_eq!(block_on(sealed::detailed(2)).source, Source::L1);
}

/// B36: a degraded function keeps nothing of what it reads, nor of what it computes in an outage.
#[test]
fn neither_what_is_read_nor_what_an_outage_bears_is_kept() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, name = "withheld", runtime = RUNTIME)]
    fn own(n: u32) -> u32 {
        n
    }

    #[cached(mode = "degraded", ttl = 60, name = "withheld", runtime = PEER)]
    fn peer(n: u32) -> u32 {
        n
    }

    let memory = Memory::new();
    for slot in [&RUNTIME, &PEER] {
        let builder = Runtime::builder().backend(memory.clone()).on_event(|_| ());
        slot.set(builder.build().expect("it is in memory"));
    }
    assert_eq!((peer(1), own(2)), (1, 2));
    RUNTIME.read_only(true);
    for _ in 0..2 {
        assert_eq!(own::detailed(1).source, Source::L2, "it is read, and not put into L1");
    }
    assert_eq!(peer::detailed(3).source, Source::Computed, "the other runtime is another");
    assert_eq!(own::detailed(3).source, Source::L2);
    memory.kill();
    assert_eq!(own::detailed(2).source, Source::L1);
    for _ in 0..2 {
        let answer = own::detailed(4);
        assert_eq!((answer.source, answer.degraded), (Source::Computed, true));
    }
    assert_eq!(own::prime(4, 44).expect("it is owed"), Invalidated::Pending);
    assert_eq!(own::detailed(4).source, Source::Fallback, "changes are kept");
}

/// B36: one event each way, however often it is said, and the health tells it at any time.
#[test]
fn each_way_is_one_event_and_the_health_tells_it() {
    let (events, memory) = (Events::default(), Memory::new());
    let builder = Runtime::builder().backend(memory).on_event(events.listener());
    let runtime = builder.build().expect("it is in memory");
    let told = |runtime: &Runtime| {
        let health: serde_json::Value =
            serde_json::from_str(&runtime.health().to_json()).expect("it is JSON");
        (health["read_only"].as_bool().expect("it is told"), runtime.health().is_read_only())
    };
    runtime.read_only(false);
    assert_eq!((events.names(), told(&runtime)), (vec![], (false, false)));
    for _ in 0..3 {
        runtime.read_only(true);
    }
    assert_eq!((events.names(), told(&runtime)), (vec!["READ_ONLY".into()], (true, true)));
    assert!(!runtime.health().is_degraded(), "it is meant to be so");
    let same = runtime.clone();
    thread::scope(|scope| {
        (0..4).for_each(|_| drop(scope.spawn(|| same.read_only(false))));
    });
    assert_eq!(events.names(), ["READ_ONLY", "READ_ONLY_ENDED"]);
    assert_eq!(told(&runtime), (false, false));
}

/// B36: of many threads that say so and otherwise, the events tell every edge in its order.
#[test]
fn edges_are_told_in_their_order() {
    let events = Events::default();
    let runtime = Runtime::builder().on_event(events.listener()).build().expect("no L2");
    thread::scope(|scope| {
        for thread in 0..4 {
            let runtime = &runtime;
            scope.spawn(move || (0..200).for_each(|n| runtime.read_only((n + thread) % 2 == 0)));
        }
    });
    runtime.read_only(false);
    let names = events.names();
    assert!(names.len() % 2 == 0 && !names.is_empty(), "{}", names.len());
    for (edge, name) in names.iter().enumerate() {
        assert_eq!(name, ["READ_ONLY", "READ_ONLY_ENDED"][edge % 2], "edge {edge}");
    }
}

/// B36, G12: a fill that is under way when it begins is not kept, and serves who waits for it; a
/// `&str` argument and a return type that cannot be shared make no difference.
#[test]
fn a_fill_under_way_is_not_kept() {
    static RUNTIME: Slot = Slot::new();
    static MEET: Mutex<Option<(Sender<()>, Receiver<()>)>> = Mutex::new(None);

    #[cached(runtime = RUNTIME)]
    fn slow(name: &str) -> usize {
        if let Some((inside, go_on)) = MEET.lock().expect("no panic").take() {
            inside.send(()).expect("somebody waits");
            go_on.recv().expect("somebody sends");
        }
        name.len()
    }

    RUNTIME.set(Runtime::builder().on_event(|_| ()).build().expect("nothing is reached"));
    let ((inside, met), (go_on, gone)) = (channel(), channel());
    *MEET.lock().expect("no panic") = Some((inside, gone));
    let computing = thread::spawn(|| slow::detailed("abc"));
    met.recv().expect("its body runs");
    RUNTIME.read_only(true);
    go_on.send(()).expect("its body waits");
    let answer = computing.join().expect("no panic");
    assert_eq!((answer.value, answer.source), (3, Source::Computed));
    assert_eq!(slow::stats().entries, 0);
    RUNTIME.read_only(false);
    assert_eq!(slow::detailed("abc").source, Source::Computed);
    assert_eq!(slow::detailed("abc").source, Source::L1);
}

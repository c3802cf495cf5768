//! Entries that are made before anybody asks for them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Failure, Runs, Slot};

/// M1: at most eight at a time, one run a key, and hits from then on.
#[tokio::test]
async fn warmed_entries_are_hits_later_and_nothing_now() {
    static RUNS: Runs = Runs::new();
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    #[cached]
    async fn slow(n: u32) -> Option<u32> {
        RUNS.again();
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        NOW.fetch_sub(1, Ordering::SeqCst);
        (n < 90).then_some(n * 2)
    }

    assert_eq!(slow(0).await, Some(0));
    let warmed = slow::warm((0..100).chain(0..10)).await;
    // Ten are asked for twice: by then they are there, or another makes them.
    assert_eq!((warmed.failed, warmed.present + warmed.computed), (10, 100), "{warmed:?}");
    assert_eq!(RUNS.count(), 100);
    assert_eq!(MOST.load(Ordering::SeqCst), 8);
    let stats = slow::stats();
    assert_eq!((stats.calls, stats.misses, stats.warmed), (1, 1, 99), "{stats:?}");
    for n in 0..90 {
        assert_eq!(slow::detailed(n).await.source, Source::L1, "{n}");
    }
    assert_eq!(slow::stats().hits, 90);
}

struct Shop {
    name: String,
}

#[cached]
impl Shop {
    #[cached(key = (&self.name, id))]
    fn price(&self, id: u32) -> Result<String, Failure> {
        Ok(format!("{} {id}", self.name))
    }
}

/// M1: arguments are as the function takes them, borrowed ones and a method's instance among them.
#[test]
fn arguments_are_given_as_the_function_takes_them() {
    #[cached]
    fn pair(text: &str, n: u32) -> String {
        format!("{text}{n}")
    }
    #[cached(key = all.len())]
    fn slice(all: &[u32], more: Option<&str>) -> usize {
        all.len() + more.map_or(0, str::len)
    }
    #[cached(mode = "local", ttl = 60, returns = "value")]
    fn generic<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(value: T) -> T {
        value
    }

    let names = [String::from("a"), String::from("b")];
    assert_eq!(pair::warm(names.iter().map(|name| (name.as_str(), 7)).collect()).computed, 2);
    assert_eq!(pair::detailed("b", 7).source, Source::L1);
    assert_eq!(slice::warm(Some("x"), vec![&[1, 2][..], &[3][..]]).computed, 2);
    assert_eq!(generic::warm(["x", "y", "x"]).present, 1);
    let shop = Shop { name: String::from("corner") };
    let warmed = shop.price_warm(0..5);
    assert_eq!((warmed.computed, Shop::price_stats().calls), (5, 0));
    assert_eq!(shop.price(3).expect("it is made"), "corner 3");
    assert_eq!(Shop::price_stats().hits, 1);
}

/// M1: strict and degraded warm their shared tier, and refuse and fall back as they do for a call.
#[test]
fn warming_respects_the_mode() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "warm strict", runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
    #[cached(mode = "degraded", ttl = 60, name = "warm degraded", runtime = RUNTIME)]
    fn degraded(n: u32) -> Result<u32, Failure> {
        if n == 9 { Err(Failure::Own("nine")) } else { Ok(n) }
    }

    let memory = Memory::new();
    let builder = Runtime::builder().backend(memory.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("memory is there"));
    assert_eq!(strict::warm(0..10).computed, 10);
    assert_eq!(strict::warm(5..15).present, 5);
    let warmed = degraded::warm(0..10);
    assert_eq!((warmed.computed, warmed.failed), (9, 1));
    assert_eq!(strict::detailed(3).expect("it is there").source, Source::L2);
    assert_eq!(degraded::detailed(3).expect("it is there").source, Source::L1);
    memory.kill();
    assert_eq!(strict::warm(20..30).failed, 10);
    assert_eq!(degraded::warm(20..30).computed, 10);
    assert_eq!(degraded::detailed(25).expect("it is there").source, Source::Fallback);
    assert_eq!((strict::stats().errors, degraded::stats().errors), (0, 0));
}

/// M2, H3: what is there stays, and what is invalidated while it is warmed is not brought back.
#[test]
fn warming_neither_overwrites_nor_outlives_an_invalidation() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    type Gate = std::sync::Mutex<Option<std::sync::mpsc::Receiver<()>>>;
    static GATE: Gate = Gate::new(None);

    #[cached(mode = "strict", ttl = 60, name = "warm and invalid", runtime = RUNTIME)]
    fn value(n: u32) -> Result<u32, Failure> {
        let run = RUNS.again();
        if let Some(gate) = GATE.lock().expect("no panic").take() {
            gate.recv().expect("the test opens it");
        }
        Ok(n * 100 + u32::try_from(run).expect("few"))
    }

    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("memory is there"));
    value::prime(1, 7).expect("memory is there");
    assert_eq!(value::warm([1]).present, 1);
    assert_eq!(value(1).expect("it is there"), 7);

    let (open, gate) = channel();
    *GATE.lock().expect("no panic") = Some(gate);
    let warming = thread::spawn(|| value::warm([2]));
    cachekit_tests::until("the body runs", || RUNS.count() == 1);
    value::invalidate(2).expect("memory is there");
    open.send(()).expect("the body waits");
    assert_eq!(warming.join().expect("no panic").computed, 1);
    assert_eq!(value::detailed(2).expect("it is computed").source, Source::Computed);
    assert_eq!(value(2).expect("it is there"), 202);
}

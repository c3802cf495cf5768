//! Functions that are called before the runtime that they have is installed.
//!
//! A binary of its own, with one test: what it installs belongs to the whole process.

use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use cachekit::testing::{ManualClock, reset};
use cachekit::{Limit, Runtime, Source, cached};
use cachekit_tests::until;

const SECOND: Duration = Duration::from_secs(1);

#[cached]
fn early(n: u32) -> u32 {
    n
}

#[cached(ttl = 3_600)]
async fn awaited(n: u32) -> u32 {
    n
}

#[cached(ttl = 3_600, max_bytes = 1_000_000, weigh = |_| 1)]
fn weighed(n: u32) -> u32 {
    n
}

/// Where a function waits once, until it is sent on.
struct Meeting(Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>);

static BODY: Meeting = Meeting(Mutex::new(None));
static LIFE: Meeting = Meeting(Mutex::new(None));

impl Meeting {
    /// The ends of whoever waits for the function and sends it on.
    fn arrange(&self) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
        let ((inside, met), (go_on, gone)) = (mpsc::channel(), mpsc::channel());
        *self.0.lock().expect("no panic") = Some((inside, gone));
        (met, go_on)
    }

    fn meet(&self) {
        if let Some((inside, go_on)) = self.0.lock().expect("no panic").take() {
            inside.send(()).expect("somebody waits");
            go_on.recv().expect("somebody sends");
        }
    }
}

#[cached]
fn under_way(n: u32) -> u32 {
    BODY.meet();
    n
}

/// Its values' lives are asked for when the policy has been read.
#[cached(ttl_of = |_| { LIFE.meet(); Duration::from_secs(3_600) })]
fn decided(n: u32) -> u32 {
    n
}

/// F12: a limit that comes after a function's first call drops what the function holds, keeps a
/// computation under way from being kept, and holds for what comes then: lives and number alike.
#[test]
fn a_limit_that_comes_late_drops_what_was_there_and_holds_from_then_on() {
    reset();
    (0..500).for_each(|n| assert_eq!((early(n), weighed(n)), (n, n)));
    assert_eq!(early::detailed(1).source, Source::L1);
    let (computes, go_on) = BODY.arrange();
    let computing = thread::spawn(|| under_way(1));
    computes.recv().expect("its body runs");

    let (clock, most) = (ManualClock::new(), Limit::ttl(10 * SECOND).max_size(7));
    let builder = Runtime::builder().clock(&clock).limit(early::SPEC, most);
    let builder = builder.limit(weighed::SPEC, most).limit(under_way::SPEC, most);
    builder.limit(awaited::SPEC, most).install().expect("the first");
    assert_eq!((early::stats().entries, weighed::stats().entries), (0, 0), "all is dropped");
    go_on.send(()).expect("its body waits");
    assert_eq!(computing.join().expect("no panic"), 1);
    assert_eq!(under_way::stats().entries, 0, "it began before the limit came");

    assert_eq!((early(1), under_way(1)), (1, 1));
    early::prime(2, 2).expect("nothing to reach");
    clock.advance(Duration::from_nanos(9_999_999_999));
    assert_eq!(early::detailed(1).source, Source::L1);
    assert_eq!(early::detailed(2).source, Source::L1);
    assert_eq!(under_way::detailed(1).source, Source::L1);
    clock.advance(Duration::from_nanos(1));
    assert_eq!(early::detailed(1).source, Source::Computed);
    assert_eq!(early::detailed(2).source, Source::Computed);
    assert_eq!(under_way::detailed(1).source, Source::Computed);
    for n in 0..1_000 {
        assert_eq!((early(n), weighed(n)), (n, n));
        let (early, weighed) = (early::stats().entries, weighed::stats().entries);
        assert!(early <= 7 && weighed <= 7, "{early}, {weighed}");
    }
    assert_eq!((early::stats().entries, weighed::stats().entries), (7, 7));

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        assert_eq!(awaited::detailed(1).await.source, Source::Computed);
        clock.advance(10 * SECOND);
        assert_eq!(awaited::detailed(1).await.source, Source::Computed);
    });

    reset();
    (0..500).for_each(|n| assert_eq!(early(n), n));
    assert_eq!(early::stats().entries, 500, "a reset takes the limit away");

    let (decides, put) = LIFE.arrange();
    let deciding = thread::spawn(|| decided::prime(1, 1));
    decides.recv().expect("its life is asked for");
    let brief = Limit::ttl(Duration::from_millis(200));
    Runtime::builder().limit(decided::SPEC, brief).install().expect("a reset makes room");
    put.send(()).expect("its life is asked for");
    deciding.join().expect("no panic").expect("nothing to reach");
    let is_over = || decided::peek(1).expect("nothing to reach").is_none();
    until("a life that was decided before the limit came ends by the limit", is_over);
}

//! What a herd on one cold key costs beside the one body that it should run.

mod rounds;

use std::num::ParseIntError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cachekit::cached;
use rounds::{Report, base, now, timing, within};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

/// What one body takes.
const BODY: Duration = Duration::from_millis(100);

const TASKS: usize = 10_000;
const THREADS: usize = 64;
/// Callers beside the one that leads.
const WAITERS: usize = 20;

static RUNS: AtomicU64 = AtomicU64::new(0);

#[cached]
async fn task(key: u64) -> u64 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(BODY).await;
    key
}

#[cached]
fn thread_of(key: u64) -> u64 {
    RUNS.fetch_add(1, Ordering::Relaxed);
    sleep();
    key
}

/// Its error is `Clone`, so the leader's serves every waiter.
#[cached]
async fn shared(text: &str) -> Result<u64, ParseIntError> {
    fail().await;
    text.parse()
}

/// Its error is not, so the waiters go on for themselves, eight at a time.
#[cached]
async fn apart(text: &str) -> Result<u64, std::io::Error> {
    fail().await;
    text.parse().map_err(std::io::Error::other)
}

/// When the first body of a herd failed.
static FAILED: Mutex<Option<Instant>> = Mutex::new(None);

async fn fail() {
    RUNS.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(BODY).await;
    FAILED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(now);
}

fn main() {
    let runtime =
        Builder::new_multi_thread().enable_time().build().expect("the system has threads");
    let mut report = Report::new("flight");
    tasks(&mut report, &runtime);
    threads(&mut report);
    failures(&mut report, &runtime);
    report.end();
}

fn tasks(report: &mut Report, runtime: &Runtime) {
    let mut runs = Runs::default();
    let mut key = 0;
    report.times(
        "10 000 tasks on one cold key, body 100 ms",
        vec![
            base("the body alone", |_| herd(runtime, 1, || tokio::time::sleep(BODY))),
            base("tokio's OnceCell", |_| {
                let cell = Arc::new(OnceCell::new());
                herd(runtime, TASKS, || {
                    let cell = Arc::clone(&cell);
                    async move { *cell.get_or_init(|| tokio::time::sleep(BODY)).await }
                });
            }),
            within(1.30, "#[cached]", |_| {
                key += 1;
                runs.of(|| herd(runtime, TASKS, || task(key)));
            }),
        ],
    );
    report.fact("body runs of 10 000 tasks, at most", runs.most(), "", Some(1.0));
}

fn threads(report: &mut Report) {
    let mut runs = Runs::default();
    let mut key = 0;
    report.times(
        "64 threads on one cold key, body 100 ms",
        vec![
            base("the body alone", |_| sleep()),
            base("std's OnceLock", |_| {
                let cell = OnceLock::new();
                together(|| *cell.get_or_init(sleep));
            }),
            within(1.30, "#[cached]", |_| {
                key += 1;
                runs.of(|| together(|| assert_eq!(thread_of(key), key)));
            }),
        ],
    );
    report.fact("body runs of 64 threads, at most", runs.most(), "", Some(1.0));
}

fn failures(report: &mut Report, runtime: &Runtime) {
    let (mut clone, mut other) = (Runs::default(), Runs::default());
    report.times(
        "20 waiters on a body that fails after 100 ms",
        vec![
            base("the body alone", |_| herd(runtime, 1, || tokio::time::sleep(BODY))),
            within(1.30, "its error is Clone: one body", |_| {
                let call = || async { assert!(shared("x").await.is_err()) };
                clone.of(|| herd(runtime, 1 + WAITERS, call));
            }),
            timing(3.30, "it is not: ceil(20 / 8) bodies after the first has failed", |_| {
                let call = || async { assert!(apart("x").await.is_err()) };
                *FAILED.lock().unwrap_or_else(PoisonError::into_inner) = None;
                other.of(|| herd(runtime, 1 + WAITERS, call));
                let failed = *FAILED.lock().unwrap_or_else(PoisonError::into_inner);
                failed.expect("a body ran").elapsed()
            }),
        ],
    );
    report.fact("body runs, error Clone, at most", clone.most(), "", Some(1.0));
    report.fact("body runs, error not Clone, at most", other.most(), "", Some(21.0));
}

/// Spawns so many tasks at once and waits for all.
fn herd<F>(runtime: &Runtime, many: usize, call: impl Fn() -> F)
where
    F: Future<Output: Send> + Send + 'static,
{
    runtime.block_on(async {
        let tasks: Vec<_> = (0..many).map(|_| runtime.spawn(call())).collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
    });
}

/// Runs the call on many threads at once.
fn together(call: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(&call);
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "a body that takes its time")]
fn sleep() {
    thread::sleep(BODY);
}

/// Body runs of the herds of one candidate.
#[derive(Default)]
struct Runs(u64);

impl Runs {
    /// Counts the bodies that a herd runs.
    fn of(&mut self, herd: impl FnOnce()) {
        let before = RUNS.load(Ordering::Relaxed);
        herd();
        self.0 = self.0.max(RUNS.load(Ordering::Relaxed) - before);
    }

    fn most(&self) -> f64 {
        u32::try_from(self.0).map_or(f64::INFINITY, f64::from)
    }
}

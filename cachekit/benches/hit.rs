//! What a hit costs beside a raw lookup in the same table.

mod rounds;

use std::hint::black_box;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use cachekit::cached;
use rounds::raw::{Raw, raw};
use rounds::{Report, base, within};

const KEYS: u64 = 1024;

#[cached]
fn forever(n: u64) -> u64 {
    n.wrapping_mul(3)
}

#[cached(ttl = 3600)]
fn expiring(n: u64) -> u64 {
    n.wrapping_mul(3)
}

#[cached(ttl = 3600)]
async fn later(n: u64) -> u64 {
    std::future::ready(n.wrapping_mul(3)).await
}

#[cached(ttl = 3600)]
fn text(name: &str, n: u32) -> Arc<str> {
    Arc::from(format!("{name}{n}"))
}

/// A key as a caller has it.
#[derive(Hash)]
struct Borrowed<'a>(&'a str, u32);

impl quick_cache::Equivalent<(String, u32)> for Borrowed<'_> {
    fn equivalent(&self, key: &(String, u32)) -> bool {
        self.0 == key.0 && self.1 == key.1
    }
}

/// The raw table, where a function pointer finds it.
static RAW: LazyLock<Raw<u64, u64>> = LazyLock::new(|| raw(10_000));

fn main() {
    for n in 0..KEYS {
        RAW.insert(n, n);
        forever(n);
        expiring(n);
        ready(later(n));
    }
    let mut report = Report::new("hit");
    numbers(&mut report);
    texts(&mut report);
    futures(&mut report);
    threads(&mut report);
    sizes(&mut report);
    report.end();
}

fn numbers(report: &mut Report) {
    let raw = &*RAW;
    report.times(
        "sync hit, fn(u64) -> u64, 1024 keys",
        vec![
            base("raw quick_cache get", |n| each(n, |key| raw.get(&key).expect("it is there"))),
            within(1.25, "without ttl", |n| each(n, forever)),
            within(1.40, "with ttl", |n| each(n, expiring)),
        ],
    );
}

fn texts(report: &mut Report) {
    let names: Vec<String> = (0..KEYS).map(|n| format!("customer-{n}")).collect();
    let raw = raw::<(String, u32), Arc<str>>(10_000);
    for name in &names {
        raw.insert((name.clone(), 7), Arc::from(format!("{name}7")));
        text(name, 7);
    }
    let name = |n: u64| names[usize::try_from(n).expect("a small index")].as_str();
    report.times(
        "sync hit, fn(&str, u32) -> Arc<str>, 1024 keys",
        vec![
            base("raw quick_cache get by reference", |n| {
                each(n, |key| raw.get(&Borrowed(name(key), 7)).expect("it is there"));
            }),
            within(1.30, "with ttl", |n| each(n, |key| text(name(key), 7))),
        ],
    );
}

fn futures(report: &mut Report) {
    report.times(
        "async hit, fn(u64) -> u64, 1024 keys",
        vec![
            base("the sync hit", |n| each(n, expiring)),
            within(1.20, "async", |n| each(n, |key| ready(later(key)))),
        ],
    );
}

fn threads(report: &mut Report) {
    let both = |n: u64, get: fn(u64) -> u64| {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(move || (0..n).for_each(|i| _ = black_box(get(black_box(i % 16)))));
            }
        });
    };
    report.times(
        "2 threads, 16 hot keys",
        vec![
            base("raw quick_cache get", |n| both(n, |key| RAW.get(&key).expect("it is there"))),
            within(1.30, "with ttl", |n| both(n, expiring)),
        ],
    );
}

fn sizes(report: &mut Report) {
    let mut allocations = |name: &str, run: &dyn Fn()| {
        let many = allocation_counter::measure(run).count_total;
        #[expect(clippy::cast_precision_loss, reason = "the budget is none at all")]
        report.fact(&format!("allocations in 10 000 {name}"), many as f64, "", Some(0.0));
    };
    allocations("sync hits, u64", &|| each(10_000, expiring));
    allocations("sync hits, (&str, u32)", &|| each(10_000, |_| text("customer-1", 7)));
    allocations("async hits, u64", &|| each(10_000, |key| ready(later(key))));
    let bytes = u16::try_from(size_of_val(&later(1))).expect("a small future");
    report.fact("bytes of the expanded future, u64", bytes.into(), "B", Some(256.0));
}

fn each<T>(n: u64, mut get: impl FnMut(u64) -> T) {
    for i in 0..n {
        black_box(get(black_box(i % KEYS)));
    }
}

/// The output of a future that is ready at once.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a hit waits for nothing"),
    }
}

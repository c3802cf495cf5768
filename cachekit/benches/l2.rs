//! What an L2 hit costs beside the two commands that it sends, on a connection of the same kind.
//!
//! The connection of the comparison is driven by a thread of its own, as the cache's is, and is
//! called by the same kind of caller. `--tcp` goes over TCP instead of a unix socket.

#[path = "l2/commands.rs"]
mod commands;
#[path = "l2/processors.rs"]
mod processors;
mod rounds;
#[path = "l2/server.rs"]
mod server;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;

use cachekit::{Runtime as Cache, cached};
use commands::{Read, found, pick};
use processors::Processors;
use redis::Commands;
use redis::aio::MultiplexedConnection;
use rounds::{Report, base, within};
use server::{Server, parked};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

const CALLERS: u32 = 64;

/// Entries that each caller reads.
const OWN: u64 = 4;
const KEYS: u64 = CALLERS as u64 * OWN;

/// Calls that each of a crowd makes at a time, so that starting it takes no part in its rate.
const EACH: u32 = 50;

/// What the entries hold.
static PAGE: LazyLock<String> = LazyLock::new(|| "0123456789".repeat(10));

/// What the functions fail with, which they never do here.
type Refused = cachekit::Error;

#[cached(mode = "strict", ttl = 3600)]
fn page(key: u64) -> Result<String, Refused> {
    compute(key)
}

#[cached(mode = "strict", ttl = 3600)]
async fn page_later(key: u64) -> Result<String, Refused> {
    std::future::ready(compute(key)).await
}

/// Makes the value of an entry, once each.
#[expect(clippy::unnecessary_wraps, reason = "a strict function can be refused")]
fn compute(_: u64) -> Result<String, Refused> {
    Ok(PAGE.clone())
}

/// What is measured, and what it is measured on.
struct Bench {
    runtime: Runtime,
    server: Server,
    /// Driven by a thread of its own.
    apart: MultiplexedConnection,
    /// Driven by the runtime of its callers.
    within: MultiplexedConnection,
    sync: Arc<[Read]>,
    later: Arc<[Read]>,
}

fn main() {
    let server = Server::start(std::env::args().any(|argument| argument == "--tcp"));
    let runtime = Builder::new_multi_thread().enable_all().build().expect("the system has threads");
    // That the server ends with the benchmark is no news.
    let cache = Cache::builder().namespace("benches").redis(server.url()).on_event(|_| ());
    cache.install().expect("the server was just started");
    for key in 0..KEYS {
        assert!(page(key).is_ok() && runtime.block_on(page_later(key)).is_ok());
    }
    let mut client = server.connection();
    let () = client.set("page", &*PAGE).expect("SET is answered");
    let mut reads = |name: fn(u64) -> String| -> Arc<[Read]> {
        (0..KEYS).map(|key| Read::of(name(key), &mut client)).collect()
    };
    let bench = Bench {
        sync: reads(page::key),
        later: reads(page_later::key),
        apart: server.driven_apart(),
        within: runtime.block_on(server.driven_here()),
        runtime,
        server,
    };
    let mut report = Report::new("l2");
    let processors = Processors::given();
    processors.share_one(bench.server.id());
    bench.latency(&mut report);
    bench.latency_later(&mut report);
    processors.share_all(bench.server.id());
    bench.crowd(&mut report);
    bench.crowd_later(&mut report);
    bench.allocations(&mut report);
    assert_eq!((page::stats().computed, page_later::stats().computed), (KEYS, KEYS));
    report.end();
}

impl Bench {
    fn latency(&self, report: &mut Report) {
        let mut connection = self.server.connection();
        let rounds = report.times(
            "latency of an L2 hit, a thread, one processor",
            vec![
                base("its two commands, a connection apart", |n| self.raw(0, n)),
                within(1.35, "#[cached]", |n| hits(0, n)),
                base("GET, a sync Connection", |n| gets(&mut connection, n)),
            ],
        );
        report.fact("against a sync Connection's GET", rounds.ratio(1, 2), "x", None);
    }

    fn latency_later(&self, report: &mut Report) {
        let rounds = report.times(
            "latency of an L2 hit, a task, one processor",
            vec![
                base("its two commands, a connection apart", |n| {
                    self.task(self.raw_later(0, n));
                }),
                within(1.35, "#[cached]", |n| self.task(hits_later(0, n))),
                base("GET, a connection on the task's runtime", |n| {
                    self.task(gets_later(self.within.clone(), n));
                }),
            ],
        );
        report.fact("against a GET on the task's runtime", rounds.ratio(1, 2), "x", None);
    }

    fn crowd(&self, report: &mut Report) {
        let connections: Vec<_> =
            (0..CALLERS).map(|_| Mutex::new(self.server.connection())).collect();
        report.rates(
            "throughput of 64 threads, all processors",
            CALLERS * EACH,
            vec![
                base("the two commands, one connection apart", |n| {
                    crowd(n, |caller, calls| self.raw(first(caller), calls));
                }),
                within(0.90, "#[cached]", |n| {
                    crowd(n, |caller, calls| hits(first(caller), calls));
                }),
                base("GET, a sync Connection each", |n| {
                    crowd(n, |caller, calls| {
                        let connection = &connections[caller as usize];
                        gets(&mut connection.lock().unwrap_or_else(PoisonError::into_inner), calls);
                    });
                }),
            ],
        );
    }

    fn crowd_later(&self, report: &mut Report) {
        let crowd = |n: u64, call: &dyn Fn(u64, u64) -> JoinHandle<()>| {
            let calls = n * u64::from(EACH);
            let tasks: Vec<_> = (0..CALLERS).map(|caller| call(first(caller), calls)).collect();
            self.runtime.block_on(async {
                for task in tasks {
                    task.await.expect("no task panics");
                }
            });
        };
        let spawn = &self.runtime;
        report.rates(
            "throughput of 64 tasks, all processors",
            CALLERS * EACH,
            vec![
                base("the two commands, one connection apart", |n| {
                    crowd(n, &|from, calls| spawn.spawn(self.raw_later(from, calls)));
                }),
                within(0.90, "#[cached]", |n| {
                    crowd(n, &|from, calls| spawn.spawn(hits_later(from, calls)));
                }),
                base("GET, one connection on the tasks' runtime", |n| {
                    crowd(n, &|_, calls| spawn.spawn(gets_later(self.within.clone(), calls)));
                }),
            ],
        );
    }

    /// What one call allocates on its own thread.
    fn allocations(&self, report: &mut Report) {
        let mut told = |name: &str, calls: &dyn Fn(u64)| {
            let made = allocation_counter::measure(|| calls(100));
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let [many, bytes] = [made.count_total, made.bytes_total].map(|all| all as f64 / 100.0);
            report.fact(&format!("allocations of {name}"), many, "", None);
            report.fact(&format!("bytes that {name} allocates"), bytes, "B", None);
        };
        told("the two commands, a thread", &|n| self.raw(0, n));
        told("a hit, a thread", &|n| hits(0, n));
        told("the two commands, a task", &|n| parked(self.raw_later(0, n)));
        told("a hit, a task", &|n| parked(hits_later(0, n)));
    }

    /// Runs one task on the runtime, and waits for it.
    fn task(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.block_on(self.runtime.spawn(task)).expect("no task panics");
    }

    /// Reads as a cached sync function does: the thread parks until the other has the answer.
    fn raw(&self, from: u64, n: u64) {
        let mut connection = self.apart.clone();
        for key in own(from, n) {
            let commands = pick(&self.sync, key).commands();
            found(&parked(connection.send_packed_commands(&commands, 0, 2)));
        }
    }

    /// Reads as a cached async function does.
    fn raw_later(&self, from: u64, n: u64) -> impl Future<Output = ()> + Send + use<> {
        let (mut connection, reads) = (self.apart.clone(), Arc::clone(&self.later));
        async move {
            for key in own(from, n) {
                let commands = pick(&reads, key).commands();
                found(&connection.send_packed_commands(&commands, 0, 2).await);
            }
        }
    }
}

async fn hits_later(from: u64, n: u64) {
    for key in own(from, n) {
        assert!(page_later(key).await.is_ok());
    }
}

async fn gets_later(mut connection: MultiplexedConnection, n: u64) {
    for _ in 0..n {
        let page: String =
            redis::cmd("GET").arg("page").query_async(&mut connection).await.expect("GET");
        assert_eq!(page.len(), PAGE.len());
    }
}

fn hits(from: u64, n: u64) {
    for key in own(from, n) {
        assert!(page(key).is_ok());
    }
}

fn gets(connection: &mut redis::Connection, n: u64) {
    for _ in 0..n {
        let page: String = connection.get("page").expect("GET is answered");
        assert_eq!(page.len(), PAGE.len());
    }
}

/// Runs 64 callers, each on a thread of its own.
fn crowd(n: u64, call: impl Fn(u32, u64) + Sync) {
    let call = &call;
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || call(caller, n * u64::from(EACH)));
        }
    });
}

/// Where a caller's own keys begin.
fn first(caller: u32) -> u64 {
    u64::from(caller) * OWN
}

/// A caller's own keys, over and over: no two of a crowd ever read the same entry.
fn own(first: u64, n: u64) -> impl Iterator<Item = u64> {
    (0..n).map(move |call| first + call % OWN)
}

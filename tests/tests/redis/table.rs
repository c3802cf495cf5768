//! The mode table of `docs/modes.md`, row by row and column by column, against what happens.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use cachekit::{Answer, Error, Invalidated, KeyRing, Runtime, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};
use serde::{Deserialize, Serialize};

static RUNTIME: Slot = Slot::new();
static NOWHERE: Slot = Slot::new();
static WAIVED: Slot = Slot::new();
static KEYLESS: Slot = Slot::new();
static STRICT_RUNS: Runs = Runs::new();
static LET_GO: Runs = Runs::new();

/// What a cell can say that a test can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The cache's error; the body did not run, or its value was withheld.
    Refused,
    /// The function's own error.
    Own,
    /// A value, and whether it is marked.
    Value {
        degraded: bool,
    },
    Change(Invalidated),
}

/// A value that does not serialise where it is odd, and of any size.
#[derive(Debug, Clone, PartialEq, Deserialize, cachekit::Fingerprint)]
struct Blob {
    n: u32,
    bytes: Vec<u8>,
}

impl Serialize for Blob {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.n == UNFIT {
            return Err(serde::ser::Error::custom("it does not serialise"));
        }
        (self.n, &self.bytes).serialize(serializer)
    }
}

const UNFIT: u32 = 1_001;
const LARGE: u32 = 1_002;
const FAILS: u32 = 1_003;
const STUCK: u32 = 1_004;

fn body(n: u32) -> Result<Blob, Failure> {
    match n {
        FAILS => Err(Failure::Own("fails")),
        STUCK if STRICT_RUNS.again() % 2 == 1 => {
            let visit = STRICT_RUNS.count();
            until("the follower has given up", || LET_GO.count() * 2 >= visit);
            Ok(Blob { n, bytes: Vec::new() })
        }
        LARGE => Ok(Blob { n, bytes: vec![0; 5_000] }),
        _ => Ok(Blob { n, bytes: Vec::new() }),
    }
}

#[cached(mode = "strict", ttl = 60, wait = "100ms", runtime = RUNTIME)]
fn strict(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "degraded", ttl = 60, wait = "100ms", runtime = RUNTIME)]
fn degraded(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "strict", ttl = 60, runtime = NOWHERE)]
fn strict_homeless(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "degraded", ttl = 60, runtime = NOWHERE)]
fn degraded_homeless(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "strict", ttl = 60, runtime = WAIVED)]
fn strict_waived(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "degraded", ttl = 60, runtime = WAIVED)]
fn degraded_waived(n: u32) -> Result<Blob, Failure> {
    body(n)
}

/// The same under a seal, in a runtime with keys and in one without.
#[cached(mode = "strict", ttl = 60, encrypt, runtime = RUNTIME)]
fn strict_sealed(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "degraded", ttl = 60, encrypt, l1 = "off", runtime = RUNTIME)]
fn degraded_sealed(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "strict", ttl = 60, encrypt, runtime = KEYLESS)]
fn strict_keyless(n: u32) -> Result<Blob, Failure> {
    body(n)
}

#[cached(mode = "degraded", ttl = 60, encrypt, runtime = KEYLESS)]
fn degraded_keyless(n: u32) -> Result<Blob, Failure> {
    body(n)
}

/// One column's function, so that a row is written once.
struct Column {
    detailed: fn(u32) -> Result<Answer<Blob>, Failure>,
    peek: fn(u32) -> Result<Option<Blob>, Error>,
    invalidate: fn(u32) -> Result<Invalidated, Error>,
    prime: fn(u32, Blob) -> Result<Invalidated, Error>,
    update: fn(u32) -> Result<Option<Blob>, Error>,
    refresh: fn(u32) -> Result<Blob, Failure>,
    key: fn(u32) -> String,
    homeless: fn(u32) -> Result<Answer<Blob>, Failure>,
    waived: fn(u32) -> Result<Answer<Blob>, Failure>,
    sealed: fn(u32) -> Result<Answer<Blob>, Failure>,
    sealed_key: fn(u32) -> String,
    keyless: fn(u32) -> Result<Answer<Blob>, Failure>,
}

const COLUMNS: [(&str, Column); 2] = [
    (
        "strict",
        Column {
            detailed: strict::detailed,
            peek: strict::peek,
            invalidate: strict::invalidate,
            prime: strict::prime,
            update: |n| strict::update(n, |blob| blob.bytes.push(1)),
            refresh: strict::refresh,
            key: strict::key,
            homeless: strict_homeless::detailed,
            waived: strict_waived::detailed,
            sealed: strict_sealed::detailed,
            sealed_key: strict_sealed::key,
            keyless: strict_keyless::detailed,
        },
    ),
    (
        "degraded",
        Column {
            detailed: degraded::detailed,
            peek: degraded::peek,
            invalidate: degraded::invalidate,
            prime: degraded::prime,
            update: |n| degraded::update(n, |blob| blob.bytes.push(1)),
            refresh: degraded::refresh,
            key: degraded::key,
            homeless: degraded_homeless::detailed,
            waived: degraded_waived::detailed,
            sealed: degraded_sealed::detailed,
            sealed_key: degraded_sealed::key,
            keyless: degraded_keyless::detailed,
        },
    ),
];

fn answer(answered: Result<Answer<Blob>, Failure>) -> Seen {
    match answered {
        Ok(answer) => Seen::Value { degraded: answer.degraded },
        Err(Failure::Own(_)) => Seen::Own,
        Err(Failure::Cache(_)) => Seen::Refused,
    }
}

fn change(changed: Result<Invalidated, Error>) -> Seen {
    changed.map_or(Seen::Refused, Seen::Change)
}

fn value<T>(got: Result<T, Error>) -> Seen {
    got.map_or(Seen::Refused, |_| Seen::Value { degraded: false })
}

/// What happens in a row for a column; `n` is an argument that no other row uses.
type Scenario = fn(&World, &Column, u32) -> Seen;

fn scenarios() -> BTreeMap<&'static str, Scenario> {
    BTreeMap::from([
        ("authority", (|_, c, n| answer((c.detailed)(n))) as Scenario),
        ("l1 hit", |_, c, n| {
            (c.detailed)(n).expect("the server is there");
            let source = (c.detailed)(n).expect("the server is there").source;
            assert!(matches!(source, Source::L1 | Source::L2));
            // The cell of a mode that never hits says so.
            if source == Source::L1 { Seen::Value { degraded: false } } else { Seen::Refused }
        }),
        ("read fails", |w, c, n| failing(w, "HMGET", || answer((c.detailed)(n)))),
        ("store fails", |w, c, n| failing(w, "commit", || answer((c.detailed)(n)))),
        ("invalidate fails", |w, c, n| failing(w, "invalidate", || change((c.invalidate)(n)))),
        ("prime fails", |w, c, n| {
            failing(w, "replace", || change((c.prime)(n, Blob { n, bytes: Vec::new() })))
        }),
        ("update fails", |w, c, n| failing(w, "HMGET", || value((c.update)(n)))),
        ("refresh fails", |w, c, n| {
            failing(w, "claim", || match (c.refresh)(n) {
                Ok(_) => Seen::Value { degraded: true },
                Err(_) => Seen::Refused,
            })
        }),
        ("peek fails", |w, c, n| failing(w, "HMGET", || value((c.peek)(n)))),
        ("undecodable", |w, c, n| {
            (c.detailed)(n).expect("the server is there");
            w.redis.corrupt(&(c.key)(n), b"poison");
            // L1's own entry would hide it.
            assert!((c.peek)(n).is_ok());
            answer((c.detailed)(n))
        }),
        ("tampered", |w, c, n| {
            (c.sealed)(n).expect("the server is there");
            let key = (c.sealed_key)(n);
            let (_, mut bytes) = w.redis.values(&key).pop().expect("it is stored");
            *bytes.last_mut().expect("it is not empty") ^= 1;
            w.redis.corrupt(&key, &bytes);
            let seen = answer((c.sealed)(n));
            assert_eq!((c.sealed)(n).expect("it is there").source, Source::L2, "it was healed");
            seen
        }),
        ("no keys", |_, c, n| answer((c.keyless)(n))),
        ("unfit", |_, c, _| answer((c.detailed)(UNFIT))),
        ("too large", |_, c, _| answer((c.detailed)(LARGE))),
        ("body fails", |_, c, _| answer((c.detailed)(FAILS))),
        ("wait over", |_, c, _| {
            std::thread::scope(|scope| {
                let before = STRICT_RUNS.count();
                let leader = scope.spawn(|| (c.detailed)(STUCK));
                until("the leader runs", || STRICT_RUNS.count() > before);
                let seen = answer((c.detailed)(STUCK));
                // A refused follower ran no body; the count stays in step.
                if STRICT_RUNS.count() == before + 1 {
                    STRICT_RUNS.again();
                }
                LET_GO.again();
                leader.join().expect("no panic").expect("the leader has its value");
                seen
            })
        }),
        ("no l2", |_, c, n| answer((c.homeless)(n))),
        ("no l2 on purpose", |_, c, n| answer((c.waived)(n))),
    ])
}

/// Runs with one of the server's commands failing, and settles what is owed after it.
fn failing(world: &World, what: &str, run: impl FnOnce() -> Seen) -> Seen {
    until("nothing is owed and the server serves", || {
        !RUNTIME.health().is_degraded() && RUNTIME.health().owed() == 0
    });
    world.chaos.fail(what);
    let seen = run();
    world.chaos.restore();
    until("nothing is owed and the server serves", || !RUNTIME.health().is_degraded());
    seen
}

/// Whether a cell says what was seen.
fn says(row: &str, cell: &str, seen: Seen) -> bool {
    match seen {
        Seen::Refused => cell.starts_with("`Err`") || cell.starts_with("never"),
        Seen::Own => cell.starts_with("its own error"),
        Seen::Change(Invalidated::Pending) => cell.contains("Pending"),
        Seen::Change(_) => false,
        Seen::Value { degraded } => {
            let marked = cell.contains("degraded: true") || cell.contains("as in an outage");
            let plain = row == "wait over" || row == "refresh fails" || marked == degraded;
            plain && !cell.starts_with("`Err`") && !cell.starts_with("never") && cell != "–"
        }
    }
}

/// B1, B4, B5, B6, B12, B15, B22, B23, B32: each row of the mode table is what each mode does.
#[test]
fn the_mode_table_says_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/modes.md");
    let text = std::fs::read_to_string(path).expect("the document is there");
    let mut rows = text.lines().skip_while(|line| !line.starts_with("| | strict | degraded |"));
    rows.next().expect("the table has its header");
    let table: Vec<(String, Vec<String>)> = rows
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let mut cells = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
            let row = cells.next().expect("a row has a name").replace("**", "");
            let mut cells: Vec<_> = cells.collect();
            for at in 1..cells.len() {
                if cells[at].starts_with("same") {
                    cells[at] = cells[at - 1].clone();
                }
            }
            (row, cells)
        })
        .collect();
    let scenarios = scenarios();
    let rows: Vec<_> = table.iter().map(|(row, _)| row.as_str()).collect();
    let mut checked: Vec<_> = scenarios.keys().copied().collect();
    checked.sort_by_key(|name| rows.iter().position(|row| row == name));
    assert_eq!(rows, checked, "every row has a scenario, and every scenario a row");

    let world = World::with(&RUNTIME, |builder| {
        let keys = KeyRing::new([(1, [1; 32])]).expect("it is a ring");
        let protected = builder.keys(keys).index_key([2; 32]);
        protected.max_value_bytes(4_000).op_timeout(Duration::from_secs(5))
    });
    KEYLESS.set(world.runtime(|builder| builder.on_event(|_| ())));
    NOWHERE.set(Runtime::builder().on_event(|_| ()).build().expect("local alone needs nothing"));
    let waived = Runtime::builder().without_l2().on_event(|_| ()).build();
    WAIVED.set(waived.expect("nothing is reached"));
    for (number, (row, cells)) in table.iter().enumerate() {
        for ((mode, column), cell) in COLUMNS.iter().zip(cells) {
            let seen = scenarios[row.as_str()](&world, column, u32::try_from(number).expect("few"));
            assert!(says(row, cell, seen), "{row}, {mode}: {seen:?}, and the table says: {cell}");
        }
    }
}

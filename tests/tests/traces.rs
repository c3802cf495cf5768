//! What `tracing` shows at `debug`: an event a call, spans around bodies and operations of L2.
//!
//! A binary of its own: its subscriber belongs to the process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::thread;

use cachekit::testing::Memory;
use cachekit::{Runtime, cached};
use cachekit_tests::{Failure, Moment, Runs, Slot, Stalled, turn, until};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What was told, with its fields by name.
type Fields = BTreeMap<&'static str, String>;

/// Everything that was told so far.
#[derive(Default)]
struct Told {
    events: Vec<Fields>,
    spans: Vec<Fields>,
}

static TOLD: OnceLock<Mutex<Told>> = OnceLock::new();

thread_local! {
    /// The spans that this thread is inside of, the outermost first.
    static INSIDE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

fn told() -> MutexGuard<'static, Told> {
    let told = TOLD.get_or_init(|| {
        tracing::subscriber::set_global_default(Listener).expect("nobody else subscribes");
        Mutex::default()
    });
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The calls of a function, as they were told.
fn calls(function: &str) -> Vec<Fields> {
    let is = |event: &&Fields| event["message"] == "call" && event["function"].ends_with(function);
    told().events.iter().filter(is).cloned().collect()
}

/// The spans of a function: what each is of.
fn spans(function: &str) -> Vec<String> {
    let is = |span: &&Fields| span["function"].ends_with(function);
    let name = |span: &Fields| span.get("operation").unwrap_or(&span["name"]).clone();
    told().spans.iter().filter(is).map(name).collect()
}

/// The names of the spans that this thread is inside of.
fn inside() -> Vec<String> {
    let ids = INSIDE.with_borrow(Clone::clone);
    let told = told();
    let at = |id: u64| usize::try_from(id).expect("it is an index") - 1;
    ids.into_iter().map(|id| told.spans[at(id)]["name"].clone()).collect()
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("cachekit") && *metadata.level() <= Level::DEBUG
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Shown(Fields::from([("name", span.metadata().name().to_owned())]));
        span.record(&mut fields);
        assert_eq!(*span.metadata().level(), Level::DEBUG);
        let mut told = told();
        told.spans.push(fields.0);
        Id::from_u64(told.spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Shown(Fields::new());
        event.record(&mut fields);
        assert_ne!(*event.metadata().level(), Level::INFO);
        told().events.push(fields.0);
    }

    fn enter(&self, id: &Id) {
        INSIDE.with_borrow_mut(|inside| inside.push(id.into_u64()));
    }

    fn exit(&self, id: &Id) {
        let left = INSIDE.with_borrow_mut(Vec::pop);
        assert_eq!(left, Some(id.into_u64()), "spans are left in the order of a stack");
    }
}

struct Shown(Fields);

impl Visit for Shown {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").expect("a string takes everything");
        self.0.insert(field.name(), text);
    }
}

/// What an event says, in the order of the names.
fn says(event: &Fields, names: [&str; 3]) -> String {
    names.map(|name| event.get(name).map_or("-", String::as_str)).join(" ")
}

/// C12: a call is one event, which says where its value came from, how old it is, what it is of and
/// how it ended, and never what was passed or returned.
#[test]
fn a_call_is_one_event_that_shows_where_its_value_came_from() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn told_of(t: &str, secret: &str) -> Option<String> {
        let _ = t;
        (secret != "unknown-secret").then(|| format!("value of {secret}"))
    }

    drop(told());
    let memory = Memory::new();
    let builder = Runtime::builder().backend(memory.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    let tenant = "t".repeat(200);
    told_of(&tenant, "argument-secret");
    told_of(&tenant, "argument-secret");
    drop(told_of::detailed(&tenant, "argument-secret"));
    told_of(&tenant, "unknown-secret");
    memory.kill();
    told_of(&tenant, "away-secret");
    told_of(&tenant, "away-secret");

    let events = calls("told_of");
    let came: Vec<_> =
        events.iter().map(|event| says(event, ["source", "outcome", "degraded"])).collect();
    assert_eq!(
        came,
        [
            "computed answered false",
            "l1 answered false",
            "l1 answered false",
            "computed uncached false",
            "computed answered true",
            "fallback answered true",
        ]
    );
    let key = told_of::key(&tenant, "argument-secret");
    for event in &events {
        assert_eq!(event["mode"], "EXPLICIT_DEGRADED");
        assert_eq!(event["tenant"], tenant[..128], "as in events");
        assert_eq!(event["digest"].len(), 8, "{event:?}");
    }
    assert!(events[..3].iter().all(|event| key.contains(&event["digest"])), "{key}");
    assert_eq!(events.iter().filter(|event| event.contains_key("age")).count(), 3, "of entries");
    let told = told();
    let all = format!("{:?} {:?}", told.events, told.spans);
    assert!(!all.contains("-secret") && !all.contains("value of"), "{all}");
}

/// C12: the same of a local function, of a refusal, and of a call that waited for another's body.
#[test]
fn local_calls_refusals_and_followers_are_told_of_too() {
    static RUNTIME: Slot = Slot::new();

    #[cached(name = "traces::told_local")]
    fn told_local(n: u32) -> u32 {
        n
    }

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn told_refused(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    drop(told());
    let tier = Stalled::default();
    let builder = Runtime::builder().backend(tier.clone()).on_event(|_| ());
    RUNTIME.set(builder.build().expect("it is in memory"));
    assert_eq!((told_local(1), told_local(1)), (1, 1));
    let came = calls("told_local");
    let came: Vec<_> = came.iter().map(|event| says(event, ["source", "mode", "digest"])).collect();
    assert_eq!(came, ["computed LOCAL_ONLY -", "l1 LOCAL_ONLY -"]);

    let stall = tier.stall("read", Moment::Before);
    thread::scope(|scope| {
        scope.spawn(|| told_refused(1));
        stall.reached();
        scope.spawn(|| told_refused(1));
        until("both are in it", || cachekit::testing::flights(told_refused::SPEC) == 1);
        drop(stall);
    });
    told_refused(1).expect("it is there");
    tier.memory().kill();
    told_refused(1).expect_err("it is away");
    let mut came: Vec<_> = calls("told_refused")
        .iter()
        .map(|event| says(event, ["source", "outcome", "degraded"]))
        .collect();
    let last = came.split_off(came.len() - 2);
    assert_eq!(last, ["l2 answered false", "- refused -"]);
    assert_eq!(came.len(), 2, "one event a call");
    assert!(came.contains(&"computed answered false".to_owned()), "{came:?}");
}

/// C12: a sync body runs inside its span, and each operation of L2 has one of its own.
#[test]
fn a_sync_body_and_each_operation_of_l2_have_their_spans() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn spanned(n: u32) -> Result<u32, Failure> {
        assert_eq!(inside(), ["body"]);
        Ok(n)
    }

    drop(told());
    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("it is in memory"));
    assert_eq!(spanned(1).expect("it is in memory"), 1);
    assert_eq!(inside(), [""; 0], "each is left");
    spanned::invalidate(1).expect("it is in memory");
    assert_eq!(spans("spanned"), ["read", "claim", "body", "commit", "invalidate"]);
}

/// C12: an async body is inside its span whenever it is polled, and never between two polls.
#[test]
fn an_async_body_is_inside_its_span_while_it_is_polled() {
    static RUNS: Runs = Runs::new();

    #[cached(name = "traces::polled")]
    async fn polled(n: u32) -> u32 {
        let mut left = 3;
        std::future::poll_fn(|cx| {
            assert_eq!(inside(), ["body"]);
            RUNS.again();
            left -= 1;
            cx.waker().wake_by_ref();
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        n
    }

    drop(told());
    let mut call = pin!(polled(1));
    for poll in 1..=2 {
        assert!(turn(call.as_mut()).is_pending());
        assert_eq!((RUNS.count(), inside()), (poll, Vec::new()), "it is left at each await");
    }
    assert_eq!(turn(call.as_mut()), Poll::Ready(1));
    assert_eq!(inside(), [""; 0]);
    assert_eq!(spans("traces::polled"), ["body"], "one span a body");

    // A call that is given up between two polls leaves nothing behind either.
    let mut dropped = Box::pin(polled(2));
    assert!(turn(dropped.as_mut()).is_pending());
    drop(dropped);
    assert_eq!(inside(), [""; 0]);
    assert_eq!(calls("traces::polled").len(), 1, "a call that never ended has no event");
}

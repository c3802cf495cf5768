//! A server that lies: answers that are malformed, endless, nested, late, too long or another's.

use std::time::Duration;

use cachekit::{RuntimeBuilder, Source, Thresholds, cached};
use cachekit_tests::{Chaos, Failure, Runs, Slot, World, until};

use super::seal::{counted, keyed};

/// What a server may answer with that is no answer, and what follows it without an end.
const LIES: [(&str, &str); 22] = [
    ("HTTP/1.1 400 Bad Request\r\n\r\n", ""),
    ("\r\n", ""),
    ("$x\r\n", ""),
    ("$-7\r\n", ""),
    ("*-7\r\n", ""),
    (":no number\r\n", ""),
    ("*99999999999999999999\r\n", ""),
    ("$99999999999999999999\r\n", ""),
    ("$4000000000\r\n", "x"),
    ("$400000000\r\n", "x"),
    ("*1000000000\r\n", ":1\r\n"),
    ("%1000000000\r\n", ":1\r\n"),
    ("+", "x"),
    ("-ERR ", "\u{1b}[2J"),
    ("*1\r\n", "*1\r\n"),
    ("+OK\r\n", "+OK\r\n"),
    ("*2\r\n:1\r\n:2\r\n", ""),
    ("*2\r\n$1\r\nx\r\n$3\r\n1.1\r\n", ""),
    ("*2\r\n-ERR x\r\n-ERR y\r\n", ""),
    ("*0\r\n", ""),
    (":9223372036854775807\r\n", ""),
    ("$3\r\nabc\r\n", ""),
];

fn lie(chaos: &Chaos, what: &str, (first, then): (&str, &str)) {
    match then {
        "" => chaos.answer(what, first.trim_end_matches("\r\n")),
        then => chaos.flood(what, first, then),
    }
}

fn impatient(builder: RuntimeBuilder) -> RuntimeBuilder {
    // A breaker that opens has its own tests.
    let breaker = Thresholds { failures: u32::MAX, ..Thresholds::default() };
    keyed(builder).op_timeout(Duration::from_millis(200)).breaker(breaker)
}

/// J11, K10: whatever a server answers to whichever command, a call errs or has the right value, soon,
/// and the tier serves again once the server does.
#[test]
fn no_answer_of_a_lying_server_is_a_wrong_value_or_hangs_a_call() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn plain(n: u32) -> Result<u32, Failure> {
        Ok(n * 3)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, runtime = RUNTIME)]
    fn sealed(n: u32) -> Result<u32, Failure> {
        Ok(n * 3)
    }

    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn degraded(n: u32) -> u32 {
        n * 3
    }

    let world = World::with(&RUNTIME, impatient);
    let stored = 1_000_000;
    let serves = || {
        until("the tier serves again", || {
            let served = plain::detailed(stored).is_ok_and(|answer| answer.source == Source::L2);
            served && sealed(stored).is_ok() && !degraded::detailed(stored).degraded
        });
    };
    plain(stored).and_then(|_| sealed(stored)).expect("the server is there");
    let mut n = 0;
    for what in ["HMGET", "read", "claim", "TIME"] {
        // Each costs a connection there, and a pause before the next.
        for told in LIES.into_iter().step_by(if what == "TIME" { 4 } else { 1 }) {
            lie(&world.chaos, what, told);
            if what == "TIME" {
                world.chaos.hang_up();
            }
            for n in [stored, n] {
                for answer in [plain(n), sealed(n)] {
                    let right = answer.as_ref().map_or(true, |value| *value == n * 3);
                    assert!(right, "{what}: {told:?}: {answer:?}");
                }
                assert_eq!(degraded(n), n * 3, "{what}: {told:?}");
            }
            n += 1;
            world.chaos.restore();
            serves();
        }
    }
    let told = world.events.lines().concat();
    assert!(!told.contains("[2J") && !told.contains("Bad Request"), "a server's text is not told");
}

/// J8: a text that is longer than a value may be is not held, and costs the connection nothing: it is
/// poison of its key.
#[test]
fn a_value_that_is_too_long_is_left_out_as_it_comes() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "overlong", runtime = RUNTIME)]
    fn overlong(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.max_value_bytes(1 << 10));
    overlong(1).expect("the server is there");
    let connections = world.chaos.accepted();
    let too_large = || {
        let labels = [("function", "overlong"), ("reason", "too_large")];
        counted("cache_get_deserialize", &labels)
    };
    for (at, bytes) in [5_000, 1 << 20, 64 << 20].into_iter().enumerate() {
        world.redis.corrupt(&overlong::key(1), &vec![b'\r'; bytes]);
        let answer = overlong::detailed(1).expect("the server is there");
        assert_eq!((answer.value, answer.source), (1, Source::Computed), "{bytes}");
        assert_eq!((RUNS.count(), too_large()), (at + 2, at + 1), "{bytes}");
        let stored = overlong::detailed(1).expect("the server is there");
        assert_eq!(stored.source, Source::L2, "it was removed");
    }
    assert_eq!(world.chaos.accepted(), connections, "the connection is the same");
}

/// J7: what ended a connection is told as what it is, in errors and events.
#[test]
fn an_answer_that_is_none_is_told_apart_from_a_lost_connection() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn told(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, impatient);
    told(1).expect("the server is there");
    world.chaos.answer("HMGET", "*9999999");
    let error = told(1).expect_err("it is no answer").cache();
    assert!(error.is_corrupt(), "{error}");
    assert!(error.to_string().contains("no answer, but more elements"), "{error}");
}

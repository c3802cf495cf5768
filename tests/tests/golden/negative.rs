//! Bytes that are no value, for whoever builds another reader.
//!
//! `golden/v1/negative.txt` has a line for each: the function whose entry they are put at, what becomes
//! of them and why, what was done to them, and the bytes. A line is never changed.

use std::cell::RefCell;

use cachekit::{Source, cached};
use cachekit_tests::{Metrics, Slot};

use super::vectors::{hex, node};

static RUNTIME: Slot = Slot::new();

#[cached(mode = "degraded", ttl = 300, name = "golden.raw", l1 = "off", runtime = RUNTIME)]
fn raw(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

#[cached(mode = "degraded", ttl = 300, name = "golden.mac", mac, tenant = "acme", l1 = "off", runtime = RUNTIME)]
fn tagged(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

#[cached(mode = "degraded", ttl = 300, name = "golden.seal", encrypt, l1 = "off", runtime = RUNTIME)]
fn sealed(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

struct Case {
    function: &'static str,
    /// `poison`, `foreign`, or `over`: a sound value whose life is over.
    becomes: &'static str,
    reason: &'static str,
    what: &'static str,
    bytes: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let text = include_str!("../../golden/v1/negative.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let case = |line: &'static str| {
        let [function, becomes, reason, what, bytes] =
            line.split(" | ").collect::<Vec<_>>().try_into().expect("five columns");
        let byte = |at: usize| u8::from_str_radix(&bytes[at..at + 2], 16).expect("two digits");
        let bytes = (0..bytes.len()).step_by(2).map(byte).collect();
        Case { function, becomes, reason, what, bytes }
    };
    lines.map(case).collect()
}

/// A10, A13, A16, J2, J12: each is a miss, counted once with its reason, and gone or left.
#[test]
fn no_negative_vector_is_a_value() {
    let metrics = Metrics::install();
    let memory = node(&RUNTIME);
    let cases = cases();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    for Case { function, becomes, reason, what, bytes } in cases {
        let call = || match function {
            "golden.raw" => (raw::key(7), raw::detailed(7)),
            "golden.mac" => (tagged::key(7), tagged::detailed(7)),
            _ => (sealed::key(7), sealed::detailed(7)),
        };
        let counted = || metrics.sum("cache_get_deserialize", &[("function", function)]);
        let labels = [("function", function), ("reason", reason)];
        let (key, _) = call();
        assert_eq!(call().1.source, Source::L2, "{what}: before");
        let before = (counted(), metrics.sum("cache_get_deserialize", &labels));
        memory.corrupt(&key, |stored| stored.clone_from(&bytes));
        assert!(peeks_nothing(function), "{function}: {what}");
        let once = if becomes == "over" { 0.0 } else { 1.0 };
        let after = (counted(), metrics.sum("cache_get_deserialize", &labels));
        assert_eq!((after.0 - before.0, after.1 - before.1), (once, once), "{function}: {what}");
        let left = RefCell::new(None);
        memory.corrupt(&key, |stored| drop(left.replace(Some(hex(stored)))));
        let left = left.into_inner();
        let stays = (becomes != "poison").then(|| hex(&bytes));
        assert_eq!(left, stays, "{function}: {what}");
        assert_eq!(call().1.source, Source::Computed, "{function}: {what}");
    }
}

fn peeks_nothing(function: &str) -> bool {
    let peeked = match function {
        "golden.raw" => raw::peek(7),
        "golden.mac" => tagged::peek(7),
        _ => sealed::peek(7),
    };
    peeked.expect("the tier is there").is_none()
}

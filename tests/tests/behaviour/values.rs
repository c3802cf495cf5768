//! The value boundary: what a caller gets is its own, exact, in every tier.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cachekit::testing::Memory;
use cachekit::{Runtime, Source, cached};
use cachekit_tests::{Runs, Slot};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

/// A decimal as a newtype with a scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, cachekit::Fingerprint)]
struct Decimal {
    digits: i128,
    scale: u8,
}

/// Everything that a detour through JSON would change.
#[expect(clippy::option_option, reason = "that the two levels differ is what is tested")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, cachekit::Fingerprint)]
struct Everything {
    tuple: (u8, String),
    large: u64,
    floats: (f32, f64),
    letter: char,
    nested: Option<Option<u8>>,
    keyed: BTreeMap<u16, Vec<u8>>,
    time: Duration,
    decimal: Decimal,
    unit: (),
}

impl Everything {
    /// As it is, and its floats by their bits.
    fn bits(&self) -> (String, u32, u64) {
        (format!("{self:?}"), self.floats.0.to_bits(), self.floats.1.to_bits())
    }
}

fn everything() -> impl Strategy<Value = Everything> {
    let decimal =
        (any::<i128>(), any::<u8>()).prop_map(|(digits, scale)| Decimal { digits, scale });
    (
        any::<(u8, String)>(),
        any::<u64>(),
        any::<(f32, f64)>(),
        any::<char>(),
        any::<Option<Option<u8>>>(),
        any::<BTreeMap<u16, Vec<u8>>>(),
        (any::<u64>(), 0..1_000_000_000_u32),
        decimal,
    )
        .prop_map(|(tuple, large, floats, letter, nested, keyed, (s, ns), decimal)| {
            Everything {
                tuple,
                large,
                floats,
                letter,
                nested,
                keyed,
                time: Duration::new(s, ns),
                decimal,
                unit: (),
            }
        })
}

thread_local! {
    /// What the next body returns.
    static NEXT: RefCell<Option<Everything>> = const { RefCell::new(None) };
}

fn next() -> Everything {
    NEXT.with(|next| next.borrow().clone()).expect("set before the call")
}

/// E2: what was computed, what L1 returns and what L2 returns are equal to the last bit, under
/// each codec, compressed and not.
#[test]
fn a_value_is_the_same_fresh_from_l1_and_from_l2() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 600, runtime = RUNTIME)]
    fn plain(run: u32) -> Everything {
        let _ = run;
        next()
    }

    #[cached(mode = "degraded", ttl = 600, compress, codec = "postcard", l1 = "encoded", runtime = RUNTIME)]
    fn squeezed(run: u32) -> Everything {
        let _ = run;
        next()
    }

    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("it is in memory"));
    let runs = Runs::new();
    let mut runner =
        TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let tested = runner.run(&everything(), |value| {
        let run = u32::try_from(runs.again()).expect("few runs");
        NEXT.with(|next| *next.borrow_mut() = Some(value.clone()));
        for (call, from) in [
            (plain::detailed as fn(u32) -> cachekit::Answer<Everything>, Source::L1),
            (squeezed::detailed, Source::L1),
        ] {
            let fresh = call(run);
            prop_assert_eq!(fresh.source, Source::Computed);
            prop_assert_eq!(fresh.value.bits(), value.bits());
            let again = call(run);
            prop_assert_eq!(again.source, from);
            prop_assert_eq!(again.value.bits(), value.bits());
        }
        Ok(())
    });
    tested.unwrap_or_else(|error| panic!("{error}"));
}

/// E2, J6: `MessagePack` has one form for `Some(None)` and `None`: such a value is not stored rather
/// than served as another, whatever was stored before it.
#[test]
fn a_value_that_msgpack_cannot_tell_from_another_is_not_stored() {
    static RUNTIME: Slot = Slot::new();

    #[expect(clippy::option_option, reason = "that the two levels differ is what is tested")]
    #[cached(mode = "degraded", ttl = 600, codec = "msgpack", l1 = "off", runtime = RUNTIME)]
    fn packed(n: u32) -> (u32, Option<Option<u32>>) {
        (n, [None, Some(None), Some(Some(1))][n as usize])
    }

    RUNTIME.set(Runtime::builder().backend(Memory::new()).build().expect("it is in memory"));
    for (n, from) in [(0, Source::L2), (1, Source::Computed), (2, Source::L2)] {
        let fresh = packed(n);
        let again = packed::detailed(n);
        assert_eq!((again.value, again.source), (fresh, from));
    }
}

/// E1: a caller that changes what it got changes nobody else's.
#[test]
fn a_caller_that_changes_its_copy_changes_nothing() {
    #[cached]
    fn list(n: u32) -> Vec<u32> {
        vec![n]
    }

    let mut computed = list(1);
    computed.push(2);
    let mut held = list(1);
    assert_eq!(held, [1]);
    held.clear();
    assert_eq!(list(1), [1]);
    let mut primed = vec![5];
    list::prime(2, primed.clone()).expect("nothing to reach");
    primed.push(6);
    assert_eq!(list(2), [5]);
}

/// E1: `l1 = "encoded"` isolates what `Clone` does not.
#[test]
fn an_encoded_l1_isolates_what_clone_shares() {
    #[cached(l1 = "encoded", version = 1)]
    fn isolated(n: u32) -> SharedCell {
        SharedCell(Arc::new(Mutex::new(n)))
    }

    let computed = isolated(7);
    *computed.0.lock().expect("no panic") = 8;
    let held = isolated(7);
    assert_eq!(*held.0.lock().expect("no panic"), 7);
    *held.0.lock().expect("no panic") = 9;
    assert_eq!(*isolated(7).0.lock().expect("no panic"), 7);
    assert_eq!(isolated::stats().l1, 2);
}

/// A shared, mutable number that serialises as the number.
#[derive(Debug, Clone)]
struct SharedCell(Arc<Mutex<u32>>);

impl Serialize for SharedCell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(*self.0.lock().expect("no panic"))
    }
}

impl<'de> Deserialize<'de> for SharedCell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(|n| Self(Arc::new(Mutex::new(n))))
    }
}

//! Bytes that somebody made up. A binary of its own: its allocator counts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use allocation_counter::measure;
use cachekit::__private::{Bincode, Codec, Msgpack, Postcard};
use cachekit::testing::Memory;
use cachekit::{Fingerprint, Runtime, Source, cached};
use cachekit_tests::Slot;
use cachekit_tests::patience::PATIENCE;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

/// What a value may have at most, unless a runtime says otherwise, and what is left to a decoder.
const MOST_BYTES: u64 = (16 << 20) + (1 << 20);

static RUNTIME: Slot = Slot::new();

/// Something of everything that claims a length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
enum Piece {
    Nothing,
    Text(String),
    Named { name: Option<String>, bytes: Vec<u8> },
    Many(Vec<Piece>),
    Wide(Vec<u128>, BTreeMap<String, Vec<(u64, f64)>>),
}

/// What a payload makes a codec allocate at a time.
fn peak<T: for<'de> Deserialize<'de>, C: Codec>(payload: &[u8]) -> u64 {
    measure(|| drop(C::decode::<T>(payload))).bytes_max
}

fn peaks(payload: &[u8]) -> [u64; 9] {
    [
        peak::<String, Bincode>(payload),
        peak::<String, Postcard>(payload),
        peak::<String, Msgpack>(payload),
        peak::<Vec<Option<String>>, Bincode>(payload),
        peak::<Vec<Option<String>>, Postcard>(payload),
        peak::<Vec<Option<String>>, Msgpack>(payload),
        peak::<Piece, Bincode>(payload),
        peak::<Piece, Postcard>(payload),
        peak::<Piece, Msgpack>(payload),
    ]
}

/// J4: a few bytes that claim gigabytes, as each codec writes a length.
#[test]
fn a_length_that_is_only_claimed_allocates_nothing() {
    let claims: [&[u8]; 6] = [
        &[0xfd, 0xff, 0xff, 0xff, 0x3f, 0, 0, 0, 0],
        &[0xfc, 0xff, 0xff, 0xff, 0x3f],
        &[0xff, 0xff, 0xff, 0xff, 0x03],
        &[0xdb, 0x3f, 0xff, 0xff, 0xff],
        &[0xc6, 0x3f, 0xff, 0xff, 0xff],
        &[0xdd, 0x3f, 0xff, 0xff, 0xff],
    ];
    // Bare; behind a variant's number, or a length and the mark of an `Option`.
    for (claim, front) in claims
        .iter()
        .flat_map(|claim| [[].as_slice(), &[1], &[2, 1], &[3, 1, 1]].map(|front| (claim, front)))
    {
        let payload = [front, claim].concat();
        for peak in peaks(&payload) {
            assert!(peak <= MOST_BYTES, "{payload:x?} made a decoder allocate {peak} bytes");
        }
    }
}

/// J4, J11: whatever the payload, decoding ends, panics nowhere and allocates within bounds.
#[test]
fn no_payload_makes_a_decoder_panic_or_allocate_beyond_its_bound() {
    let mut runner = TestRunner::new(Config::with_cases(4_000));
    let bytes = prop_oneof![
        // Lengths, variants and marks are small numbers; what follows them is anything.
        prop::collection::vec(
            prop_oneof![4 => 0..6_u8, 1 => 0xc0..=0xff_u8, 1 => any::<u8>()],
            0..200
        ),
        prop::collection::vec(any::<u8>(), 0..4_000),
    ];
    let bounded = runner.run(&bytes, |payload| {
        for peak in peaks(&payload) {
            prop_assert!(peak <= MOST_BYTES, "{peak} bytes");
        }
        Ok(())
    });
    bounded.expect("every payload is decoded or refused");
}

/// J4, A1: the same behind a right checksum, through a cached function: poison, and removed.
#[test]
fn an_entry_that_claims_more_than_it_has_is_poison() {
    #[cached(mode = "degraded", ttl = 60, l1 = "off", runtime = RUNTIME)]
    fn text(n: u32) -> String {
        format!("text {n}")
    }

    let memory = Memory::new();
    let runtime = Runtime::builder().backend(memory.clone()).op_timeout(PATIENCE);
    RUNTIME.set(runtime.build().expect("a tier in memory is there"));
    assert_eq!(text(1), "text 1");
    let entry = RefCell::new(Vec::new());
    memory.corrupt(&text::key(1), |bytes| {
        let payload = 96..bytes.len() - 8;
        bytes.truncate(payload.end);
        bytes[payload.start] = 0xfc;
        bytes[payload.start + 1..payload.start + 5].copy_from_slice(&0x3fff_ffff_u32.to_le_bytes());
        let check = xxhash_rust::xxh3::xxh3_64(bytes);
        bytes.extend_from_slice(&check.to_le_bytes());
        entry.borrow_mut().clone_from(bytes);
    });
    assert!(!entry.borrow().is_empty(), "the entry was changed");
    let told = RefCell::new(None);
    let peak = measure(|| drop(told.replace(Some(text::detailed(1))))).bytes_max;
    let told = told.into_inner().expect("it was called");
    assert_eq!((told.value.as_str(), told.source), ("text 1", Source::Computed));
    assert_eq!(text::stats().rejected, 1);
    assert!(peak <= MOST_BYTES, "{peak} bytes");
}

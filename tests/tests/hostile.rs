//! Bytes that somebody made up. A binary of its own: its allocator counts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use allocation_counter::measure;
use cachekit::__private::{Bincode, Budget, Codec, Msgpack, Postcard};
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
    let budget = Budget::new(16 << 20);
    measure(|| drop(C::decode::<T>(payload, &budget))).bytes_max
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

/// What these functions may have in one value.
const SMALL: usize = 1 << 20;

/// All that is allocated at one time. A sequence has up to twice what is charged, which is four
/// times `max_value_bytes`, and half of that again while it moves; and serde reserves a mebibyte for
/// a length that is claimed.
const MOST_AT_ONCE: u64 = 12 * SMALL as u64 + (1 << 20);

/// A row of 32 KiB, whose absence takes one byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Row([[[u64; 32]; 32]; 4]);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
struct Node {
    next: Option<Box<Node>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Fingerprint)]
enum Tree {
    Leaf,
    Fork(Box<Tree>, Vec<Tree>),
}

/// A list of this many nodes.
fn list(nodes: usize) -> Node {
    (1..nodes).fold(Node { next: None }, |next, _| Node { next: Some(Box::new(next)) })
}

/// A tree of this many forks, of which each is the first of the one before.
fn tree(forks: usize) -> Tree {
    (0..forks).fold(Tree::Leaf, |tree, _| Tree::Fork(Box::new(tree), Vec::new()))
}

/// The bytes around an innermost value that somebody made up, so often.
fn around(front: &[u8], inner: &[u8], back: &[u8], times: usize) -> Vec<u8> {
    [&front.repeat(times), inner, &back.repeat(times)].concat()
}

/// Puts a payload into every value of an entry, behind a right checksum.
fn forge(memory: &Memory, key: &str, payload: &[u8], compressed: bool) {
    let forged = RefCell::new(false);
    memory.corrupt(key, |bytes| {
        bytes.truncate(96);
        let len = u32::try_from(payload.len()).expect("it is short");
        bytes[52..56].copy_from_slice(&len.to_le_bytes());
        if compressed {
            bytes[5] |= 1;
            bytes.extend_from_slice(&lz4_flex::block::compress(payload));
        } else {
            bytes.extend_from_slice(payload);
        }
        let check = xxhash_rust::xxh3::xxh3_64(bytes);
        bytes.extend_from_slice(&check.to_le_bytes());
        forged.replace(true);
    });
    assert!(forged.into_inner(), "{key} is stored");
}

/// What each codec is told in this module: the functions, and the payloads that do harm.
macro_rules! hostile {
    ($($codec:ident = $name:literal, $rows:expr, $nodes:expr, $trees:expr, $units:expr;)*) => { $(
        mod $codec {
            use super::*;

            static RUNTIME: Slot = Slot::new();

            #[cached(mode = "degraded", ttl = 60, codec = $name, compress, l1 = "off", runtime = RUNTIME)]
            fn rows(n: usize) -> Vec<Option<Row>> {
                vec![None; n]
            }

            #[cached(mode = "degraded", ttl = 60, codec = $name, compress, l1 = "off", runtime = RUNTIME)]
            fn nodes(n: usize) -> Node {
                list(n)
            }

            #[cached(mode = "degraded", ttl = 60, codec = $name, compress, l1 = "off", runtime = RUNTIME)]
            fn trees(n: usize) -> Tree {
                tree(n)
            }

            #[cached(mode = "degraded", ttl = 60, codec = $name, compress, l1 = "off", runtime = RUNTIME)]
            fn units(n: usize) -> Vec<()> {
                vec![(); n]
            }

            fn start() -> Memory {
                let memory = Memory::new();
                let runtime = Runtime::builder().backend(memory.clone()).op_timeout(PATIENCE);
                let runtime = runtime.max_value_bytes(SMALL);
                RUNTIME.set(runtime.build().expect("a tier in memory is there"));
                memory
            }

            fn reads(memory: &Memory) {
                for compressed in [false, true] {
                    let peak = RefCell::new(Vec::new());
                    macro_rules! refused {
                        ($function:ident, $payload:expr) => {
                            drop($function::invalidate(1));
                            $function(1);
                            assert_eq!($function::detailed(1).source, Source::L2);
                            forge(memory, &$function::key(1), &$payload, compressed);
                            let before = $function::stats().rejected;
                            let source = RefCell::new(None);
                            let most = measure(|| {
                                source.replace(Some($function::detailed(1).source));
                            });
                            assert_eq!(source.into_inner(), Some(Source::Computed));
                            assert_eq!($function::stats().rejected, before + 1);
                            peak.borrow_mut().push(most.bytes_max);
                        };
                    }
                    refused!(rows, $rows);
                    refused!(nodes, $nodes);
                    refused!(trees, $trees);
                    refused!(units, $units);
                    for peak in peak.into_inner() {
                        println!("{} {compressed}: {peak} bytes", $name);
                        assert!(peak <= MOST_AT_ONCE, "{peak} bytes");
                    }
                }
            }

            fn writes(memory: &Memory) {
                assert!(rows::prime(1, vec![None; 10]).is_ok(), "few rows are stored");
                let wide = rows::prime(2, vec![None; 2_000]).expect_err("it is too wide");
                let deep = nodes::prime(2, list(1_000)).expect_err("it is too deep");
                let forks = trees::prime(2, tree(1_000)).expect_err("it is too deep");
                let many = units::prime(2, vec![(); 1 << 20]).expect_err("they are too many");
                for error in [&wide, &deep, &forks, &many] {
                    assert!(error.is_too_large(), "{error}");
                }
                assert!(wide.to_string().contains("4 times max_value_bytes"), "{wide}");
                assert!(deep.to_string().contains("128 levels"), "{deep}");
                assert!(!memory.holds(&rows::key(2)) && !memory.holds(&nodes::key(2)));
                assert_eq!(nodes(300), list(300), "it is returned all the same");
                assert!(!memory.holds(&nodes::key(300)));
            }

            /// J4, A1: bytes that ask for gigabytes, for the whole stack or for ever are poison, and no
            /// value of the kind is stored.
            #[test]
            fn what_is_too_wide_too_deep_or_too_many_is_neither_read_nor_stored() {
                within(|| {
                    let memory = start();
                    reads(&memory);
                    writes(&memory);
                });
            }
        }
    )* };
}

/// On a stack of two mebibytes, as threads have it.
fn within(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.expect("a thread starts").join().expect("the test passes");
}

hostile! {
    bincode = "bincode",
        [vec![0xfc, 0, 0, 1, 0], vec![0; 65_536]].concat(),
        around(&[1], &[0], &[], 20_000),
        around(&[1], &[0], &[0], 20_000),
        [&[0xfd][..], &(1_u64 << 40).to_le_bytes()].concat();
    postcard = "postcard",
        [vec![0x80, 0x80, 4], vec![0; 65_536]].concat(),
        around(&[1], &[0], &[], 20_000),
        around(&[1], &[0], &[0], 20_000),
        vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    msgpack = "msgpack",
        [vec![0xdd, 0, 1, 0, 0], vec![0xc0; 65_536]].concat(),
        around(b"\x81\xa4next", &[0xc0], &[], 20_000),
        around(b"\x81\xa4Fork\x92", b"\xa4Leaf", &[0x90], 20_000),
        [vec![0xdd, 0, 8, 0, 0], vec![0xc0; 1 << 19]].concat();
}

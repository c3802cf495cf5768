//! The vectors of what is written and read.
//!
//! A vector is never changed. A new form gets a new version and new vectors beside these.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use cachekit::testing::{ManualClock, Memory};
use cachekit::{KeyRing, Runtime, Source, cached};
use cachekit_tests::Slot;
use serde::{Deserialize, Serialize};

static RUNTIME: Slot = Slot::new();

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, cachekit::Fingerprint)]
struct User {
    id: u64,
    name: String,
    tags: Vec<Option<char>>,
}

fn example(id: u64) -> User {
    User { id, name: "Ada Lovelace".into(), tags: vec![Some('λ'), None] }
}

#[cached(mode = "degraded", ttl = 300, name = "golden.raw", l1 = "off", runtime = RUNTIME)]
fn raw(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

#[cached(mode = "degraded", ttl = 300, name = "golden.bincode", l1 = "off", runtime = RUNTIME)]
fn bincode(n: u64) -> User {
    example(n)
}

#[cached(mode = "degraded", ttl = 300, name = "golden.postcard", codec = "postcard", l1 = "off", runtime = RUNTIME)]
fn postcard(n: u64) -> User {
    example(n)
}

#[cached(mode = "degraded", ttl = 300, name = "golden.msgpack", codec = "msgpack", l1 = "off", runtime = RUNTIME)]
fn msgpack(n: u64) -> User {
    example(n)
}

#[cached(mode = "degraded", ttl = 300, name = "golden.compressed", compress, l1 = "off", runtime = RUNTIME)]
fn compressed(n: u64) -> String {
    "to be compressed, ".repeat(100) + &n.to_string()
}

#[cached(mode = "degraded", ttl = 300, name = "golden.negative", cache_none, negative_ttl = 7, l1 = "off", runtime = RUNTIME)]
fn negative(n: u64) -> Option<u64> {
    (n == 0).then_some(n)
}

#[cached(mode = "degraded", ttl = 300, name = "golden.tagged", mac, tenant = "acme", l1 = "off", runtime = RUNTIME)]
fn tagged(n: u64) -> User {
    example(n)
}

#[cached(mode = "degraded", ttl = 300, name = "golden.sealed", encrypt, l1 = "off", runtime = RUNTIME)]
fn sealed(n: u64) -> User {
    example(n)
}

/// A runtime in the namespace, with the keys, and at the time of the vectors.
pub(super) fn node(runtime: &Slot) -> Memory {
    let clock = ManualClock::new();
    let memory = Memory::with_clock(&clock);
    let builder = Runtime::builder().backend(memory.clone()).namespace("golden").clock(&clock);
    let ring = KeyRing::new([(2, [0x22; 32]), (1, [0x11; 32])]).expect("it is a ring");
    let builder = builder.keys(ring).index_key([0x33; 32]);
    runtime.set(builder.build().expect("it is in memory"));
    clock.advance(Duration::from_millis(1));
    memory
}

/// Checks a function's stored bytes against its vector, and reads the vector back.
fn holds<V: PartialEq + std::fmt::Debug>(
    memory: &Memory,
    name: &str,
    key: &str,
    call: impl Fn() -> cachekit::Answer<V>,
) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v1").join(name);
    let vector = std::fs::read(&path).unwrap_or_default();
    let fresh = call();
    assert_eq!(fresh.source, Source::Computed, "{name}");
    let written = RefCell::new(Vec::new());
    memory.corrupt(key, |bytes| {
        written.replace(bytes.clone());
        bytes.clone_from(&vector);
    });
    let written = written.into_inner();
    assert_eq!(hex(&written), hex(&vector), "{name}: what is written has changed");
    let read = call();
    assert_eq!((read.value, read.source), (fresh.value, Source::L2), "{name}");
}

/// Reads a vector whose nonce no build would draw again.
fn opens<V: PartialEq + std::fmt::Debug>(
    memory: &Memory,
    name: &str,
    key: &str,
    call: impl Fn() -> cachekit::Answer<V>,
) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v1").join(name);
    let vector = std::fs::read(&path).unwrap_or_default();
    let fresh = call();
    memory.corrupt(key, |bytes| {
        // The header but for its nonce, and the size of everything.
        assert_eq!(hex(&bytes[..12]), hex(&vector[..12]), "{name}");
        assert_eq!(hex(&bytes[36..96]), hex(&vector[36..96]), "{name}");
        assert_eq!(bytes.len(), vector.len(), "{name}");
        bytes.clone_from(&vector);
    });
    let read = call();
    assert_eq!((read.value, read.source), (fresh.value, Source::L2), "{name}");
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// J1, D9: the vectors of version 1 are what this build writes, and it reads them.
#[test]
fn the_vectors_of_version_1_are_written_and_read() {
    let memory = node(&RUNTIME);
    holds(&memory, "raw.bin", &raw::key(7), || raw::detailed(7));
    holds(&memory, "bincode.bin", &bincode::key(7), || bincode::detailed(7));
    holds(&memory, "postcard.bin", &postcard::key(7), || postcard::detailed(7));
    holds(&memory, "msgpack.bin", &msgpack::key(7), || msgpack::detailed(7));
    holds(&memory, "compressed.bin", &compressed::key(7), || compressed::detailed(7));
    holds(&memory, "negative.bin", &negative::key(7), || negative::detailed(7));
    holds(&memory, "tagged.bin", &tagged::key(7), || tagged::detailed(7));
    opens(&memory, "sealed.bin", &sealed::key(7), || sealed::detailed(7));
    assert_eq!(
        sealed::key(7),
        "ck2:{golden:5.11}:e:golden.sealed.7778d2ac:\
         15d4a60585987f447ae5d3fc28a65c811d37745303bd637349be856eca928f4d",
        "so is that of a key under an index key"
    );
    assert_eq!(
        bincode::key(7),
        "ck2:{golden:a.0}:e:golden.bincode.faf1fcf1:\
         fae4567b36b5d0f0c6b29d7f434656d0acb725fa071ca603528ea5c1694c8c19",
        "the form of a key is part of the format"
    );
}

//! Two calls have one key if and only if their arguments are equal.

#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use cachekit_core::private::{Canonical, Encoder};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Clone, PartialEq, Arbitrary)]
struct Arguments {
    text: String,
    bytes: Vec<u8>,
    maybe: Option<Option<i64>>,
    pairs: Vec<(String, u8)>,
    map: BTreeMap<String, Option<bool>>,
    letter: char,
}

impl Arguments {
    fn encoded(&self) -> Vec<u8> {
        let mut to = Encoder::default();
        let Self { text, bytes, maybe, pairs, map, letter } = self;
        (text.as_str(), bytes.as_slice(), *maybe, pairs.as_slice(), map, *letter).encode(&mut to);
        to.into_bytes()
    }
}

fuzz_target!(|input: (Arguments, Arguments)| {
    let (one, other) = input;
    assert_eq!(one.encoded() == other.encoded(), one == other);
    assert_eq!(one.encoded(), one.clone().encoded());
});

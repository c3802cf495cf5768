//! Nonces of two processes that seal at the same time, all of them told apart.

use std::collections::HashSet;

use cachekit::__private::Envelopes;
use cachekit_tests::{Node, node};
use serde_json::{Value, json};

/// What each of the two processes seals.
const EACH: usize = 500_000;

/// The nonces of so many envelopes, sealed as a function with `encrypt` seals them and without the
/// rest of a call, which takes ten times as long.
fn nonces(many: usize) -> Vec<[u8; 24]> {
    let envelopes = Envelopes::sealed();
    let nonce = |sealed: Vec<u8>| sealed[12..36].try_into().expect("24 bytes");
    let sealed = || envelopes.seal(&Vec::new()).expect("it can be sealed");
    (0..many).map(|_| nonce(sealed())).collect()
}

/// The other process.
#[test]
fn other() {
    node::serve(|_, file| {
        let file = file.as_str().expect("a path");
        std::fs::write(file, nonces(EACH).concat()).expect("it can be written");
        json!(null)
    });
}

/// J9: a million messages of two processes under one key have as many nonces.
#[test]
fn a_million_seals_of_two_processes_repeat_no_nonce() {
    let directory = tempfile::tempdir().expect("the system has a temporary directory");
    let file = directory.path().join("nonces");
    let mut other = Node::start("other", &[]);
    other.tell("seal", file.to_str().expect("a plain path"));
    let mine = nonces(EACH);
    assert_eq!(other.answer(), Value::Null);
    let theirs = std::fs::read(file).expect("the other wrote it");
    let (theirs, rest) = theirs.as_chunks::<24>();
    assert_eq!((mine.len(), theirs.len(), rest.len()), (EACH, EACH, 0));
    let all: HashSet<&[u8; 24]> = mine.iter().chain(theirs).collect();
    assert_eq!(all.len(), 2 * EACH);
}

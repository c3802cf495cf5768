//! A directory that nobody has to trust: sealed files, and an index key that a node must share.

use std::fs;

use cachekit::{KeyRing, Runtime, RuntimeBuilder, Source, cached};
use cachekit_tests::{Directory, Failure, Metrics, Runs, Slot};

fn keyed(builder: RuntimeBuilder) -> RuntimeBuilder {
    let ring = KeyRing::new([(1, [1; 32])]).expect("it is a ring");
    builder.keys(ring).index_key([0x99; 32])
}

fn counted(function: &str, reason: &str) -> usize {
    let labels = [("function", function), ("reason", reason), ("tier", "disk")];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    let count = Metrics::install().sum("cache_get_deserialize", &labels) as usize;
    count
}

/// E11: the file of an encrypted function shows nothing of its value.
#[test]
fn a_sealed_file_shows_no_plaintext_and_serves_a_restarted_node() {
    static RUNTIME: Slot = Slot::new();
    static AGAIN: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "sealed file", runtime = RUNTIME)]
    fn secret(n: u32) -> Result<String, Failure> {
        RUNS.again();
        Ok(format!("a plain sentence {n}"))
    }

    #[cached(mode = "strict", ttl = 60, encrypt, name = "sealed file", runtime = AGAIN)]
    fn restarted(n: u32) -> Result<String, Failure> {
        secret::uncached(n)
    }

    let directory = Directory::with(&RUNTIME, keyed);
    secret(1).expect("the directory is there");
    let bytes = fs::read(directory.file(&secret::key(1))).expect("it is there");
    assert!(!bytes.windows(8).any(|window| window == b"sentence"), "the value is in the file");
    AGAIN.set(directory.runtime(keyed));
    assert_eq!(restarted::detailed(1).expect("it is there").source, Source::L2);
    assert_eq!(RUNS.count(), 1);
}

/// J2, J11, L3: no changed byte and no truncation of a sealed file gives a value.
#[test]
fn no_byte_of_a_sealed_file_can_be_changed_or_left_out() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "damaged sealed file", runtime = RUNTIME)]
    fn secret(n: u32) -> Result<u32, Failure> {
        Ok(n * 3)
    }

    let directory = Directory::with(&RUNTIME, keyed);
    secret(1).expect("the directory is there");
    let file = directory.file(&secret::key(1));
    let sound = fs::read(&file).expect("it is there");
    let flips = (0..sound.len()).map(|at| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        bytes
    });
    let cuts = (0..sound.len()).map(|length| sound[..length].to_vec());
    for (number, bytes) in flips.chain(cuts).enumerate() {
        fs::write(&file, &bytes).expect("it can be written");
        let answer = secret::detailed(1).expect("the directory is there");
        assert_eq!((answer.value, answer.source), (3, Source::Computed), "case {number}");
    }
    assert!(counted("damaged sealed file", "auth_tamper") > sound.len() / 2);
}

/// A value above the maximum is refused before it is read, and removed.
#[test]
fn a_file_above_the_maximum_is_not_read() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "large sealed file", runtime = RUNTIME)]
    fn secret(n: u32) -> Result<u32, Failure> {
        Ok(n * 3)
    }

    let directory = Directory::with(&RUNTIME, |builder| keyed(builder).max_value_bytes(1_000));
    secret(1).expect("the directory is there");
    let file = directory.file(&secret::key(1));
    let huge = fs::File::options().write(true).open(&file).expect("it is there");
    // A hole: to read it would take the memory of eight gibibytes.
    huge.set_len(8 << 30).expect("a hole takes no room");
    let answer = secret::detailed(1).expect("the directory is there");
    assert_eq!((answer.value, answer.source), (3, Source::Computed));
    assert_eq!(counted("large sealed file", "too_large"), 1);
    assert!(fs::metadata(&file).expect("it was stored anew").len() < 1_000);
    assert_eq!(secret::detailed(1).expect("it is there").source, Source::L2);
}

/// A node whose index key is another than the others' is told when it is built.
#[test]
fn another_index_key_over_one_directory_is_refused() {
    let directory = Directory::new();
    let build = |key: u8| {
        let builder: RuntimeBuilder = keyed(directory.builder()).index_key([key; 32]);
        builder.build()
    };
    let first: Runtime = build(1).expect("it is the first");
    assert_eq!(first.health().status(), "healthy");
    build(1).expect("it has the same");
    let error = build(2).expect_err("it has another");
    assert!(error.is_config() && error.to_string().contains("index key"), "{error}");
}

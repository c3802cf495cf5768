//! The contract of tiers, over a directory.

use std::fs;
use std::os::unix::fs::symlink;
use std::task::Poll;
use std::time::Duration;

use cachekit::backend::{Place, Swapped};
use cachekit::cached;
use cachekit::testing::{ManualClock, conformance, tier};
use cachekit_tests::patience::in_time;
use cachekit_tests::{Directory, Failure, Slot, turn, until};

/// N24: a directory keeps the contract.
#[test]
fn a_directory_keeps_the_contract() {
    let directory = Directory::new();
    let runtime = directory.runtime(|builder| builder);
    let tier = tier(&runtime).expect("it has one");
    conformance(&*tier).unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(directory.events.names(), [""; 0], "a conformance is no fault");
}

/// N24: neither what is no value nor what is over is anything that a swap could change, whatever the
/// bytes are that it knows.
#[test]
fn a_swap_finds_nothing_in_what_is_no_value_or_over() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "swapped", runtime = RUNTIME)]
    fn row(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let clock = ManualClock::new();
    let directory = Directory::with(&RUNTIME, |builder| builder.clock(&clock));
    let tier = tier(&RUNTIME).expect("it has one");
    let swap = |at: &Place, old: &[u8]| {
        let mut swap = tier.swap(at, old, b"new", in_time());
        let mut answer = None;
        until("it is swapped", || {
            if let Poll::Ready(swapped) = turn(swap.as_mut()) {
                answer = Some(swapped);
            }
            answer.is_some()
        });
        answer.expect("it was just given")
    };
    assert_eq!(row(1).expect("the disk is there"), 1);
    let (key, file) = (row::key(1), directory.file(&row::key(1)));
    let older = fs::read(&file).expect("it is there");
    let version = file.extension().expect("a version").to_string_lossy().into_owned();
    let (function, _) = key.rsplit_once(':').expect("a digest");
    let at = Place::new(key.clone(), version, function.replace(":e:", ":g:"), None);

    clock.advance(Duration::from_secs(1));
    assert_eq!(row::refresh(1).expect("the disk is there"), 1);
    assert_eq!(swap(&at, &older), Ok(Swapped::Changed));
    clock.advance(Duration::from_secs(60));
    assert_eq!(swap(&at, &older), Ok(Swapped::Absent), "what is there is over");

    fs::remove_file(&file).expect("it is there");
    symlink("nowhere", &file).expect("a link can be made");
    assert_eq!(swap(&at, &older), Ok(Swapped::Absent), "what is there is no value");
}

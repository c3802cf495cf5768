//! Every guard, switched off: `tests/run` builds this with `--cfg cachekit_sim`, and it is empty without.
#![cfg(cachekit_sim)]

use std::sync::Mutex;
use std::thread;

use cachekit::testing::Guard;
use cachekit_tests::simulator::shown;

/// Seeds that are tried at most.
const SEEDS: u64 = 1_000;

/// V1: each guard that is switched off is caught, and what catches it holds while the guard stands.
#[test]
fn every_guard_that_is_off_is_caught() {
    let left = Mutex::new(Guard::ALL.iter());
    let missed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = left.lock().expect("no panic").next();
                    let Some(guard) = next else { return };
                    match shown(*guard, SEEDS) {
                        Some(seed) => println!("{guard:?}: seed {seed}"),
                        None => missed.lock().expect("no panic").push(*guard),
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().expect("no panic");
    assert!(missed.is_empty(), "no seed of {SEEDS} shows what these are for: {missed:?}");
}

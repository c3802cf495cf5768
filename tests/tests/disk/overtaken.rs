//! Writes of several processes that meet at one entry: whoever is told that a write is done finds it done.

use std::fs;
use std::thread;

use cachekit::{Invalidated, cached};
use cachekit_tests::{Directory, Failure, Slot, until};

/// The file of a fill that is written and waits for the lock.
fn written(directory: &Directory) -> std::path::PathBuf {
    let full = |path: &std::path::PathBuf| fs::metadata(path).is_ok_and(|file| file.len() > 0);
    until("a fill is written", || directory.fillers().iter().any(full));
    directory.fillers().into_iter().find(full).expect("it waits for the lock")
}

/// H3, H17: a refresh of another process that began earlier, or an update, takes away the file of a
/// prime under way, and leaves an older value: the prime that is done all the same has replaced it.
#[test]
fn a_prime_whose_file_another_write_took_away_leaves_no_older_value() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn primed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    assert_eq!(primed(1).expect("the disk is there"), 1);
    let locks = directory.lock();
    thread::scope(|scope| {
        let prime = scope.spawn(|| primed::prime(1, 7));
        // What the last step of such a write does to every other's file, under the lock.
        fs::remove_file(written(&directory)).expect("it waits for the lock");
        drop(locks);
        match prime.join().expect("no panic") {
            Ok(told) => {
                assert_eq!(told, Invalidated::Done);
                let found = primed::peek(1).expect("the disk is there");
                assert!(found.is_none_or(|value| value == 7), "{found:?} after it was done");
            }
            Err(refused) => assert!(refused.is_owed(), "{refused}"),
        }
    });
}

/// I4: the same of an update: it tries again, and does not say that nothing is there.
#[test]
fn an_update_whose_file_another_write_took_away_tries_again() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn updated(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    assert_eq!(updated(1).expect("the disk is there"), 1);
    let locks = directory.lock();
    thread::scope(|scope| {
        let update = scope.spawn(|| updated::update(1, |value| *value += 1));
        fs::remove_file(written(&directory)).expect("it waits for the lock");
        drop(locks);
        assert_eq!(update.join().expect("no panic").expect("the disk is there"), Some(2));
    });
    assert_eq!(updated::peek(1).expect("the disk is there"), Some(2));
}

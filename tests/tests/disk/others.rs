//! A directory that others can reach: refused where they may write, and nothing of theirs is served.

use std::fs::{self, Permissions, create_dir, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use cachekit::{Source, cached};
use cachekit_tests::{Directory, Failure, Metrics, Runs, Slot, until};

/// Somebody who is not the superuser, who runs this test or could not make files of others.
const SOMEBODY: u32 = 54_321;

fn set_mode(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

fn refusal(directory: &Directory) -> String {
    directory.builder().build().expect_err("others may write there").to_string()
}

/// L30: a directory that others may write to, or put another in the place of, is refused, and says
/// what to do about it.
#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    for mode in [0o777, 0o770, 0o702, 0o1777] {
        let directory = Directory::new();
        create_dir(directory.path()).expect("nothing is there");
        set_mode(&directory.path(), mode);
        let error = refusal(&directory);
        assert!(error.contains("chmod go-w"), "{mode:o}: {error}");
        assert!(!directory.path().join("v1").exists(), "{mode:o}: nothing is made in it");
    }
    let directory = Directory::new();
    let around = directory.path().parent().expect("it is below another").to_owned();
    set_mode(&around, 0o777);
    let error = refusal(&directory);
    assert!(error.contains("directory above it"), "{error}");
    set_mode(&around, 0o1777);
    drop(directory.runtime(|builder| builder));
    // What others could write before is refused, and left as it is.
    let directory = Directory::new();
    drop(directory.runtime(|builder| builder));
    let format = directory.path().join("v1");
    set_mode(&format, 0o777);
    let error = refusal(&directory);
    assert!(error.contains("chmod go-w"), "{error}");
    let mode = fs::metadata(&format).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o777);
    // Others may read it: what is made in it is closed all the same.
    set_mode(&format, 0o755);
    drop(directory.runtime(|builder| builder));
}

/// L30, H1: another directory in the place of the one that was checked is checked as that was, and is
/// what every process then uses: what was changed there is not answered from what was moved away.
#[test]
fn a_directory_that_is_replaced_is_looked_at_anew() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, name = "replaced", runtime = RUNTIME)]
    fn replaced(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "replaced", runtime = PEER)]
    fn peer(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    let (format, away) = (directory.path().join("v1"), directory.path().join("v1.away"));
    assert_eq!(replaced(1).expect("the directory is there"), 1);
    fs::rename(&format, &away).expect("it is ours");
    // Whoever put another one there, and let others write to it, is not followed.
    create_dir(&format).expect("nothing is there");
    set_mode(&format, 0o777);
    let error = replaced(1).expect_err("others may write there").cache();
    assert!(error.to_string().contains("chmod go-w"), "{error}");
    set_mode(&format, 0o700);
    until("it is looked at anew", || replaced(1).is_ok());
    PEER.set(directory.runtime(|builder| builder));
    assert_eq!(peer::detailed(1).expect("it is there").source, Source::L2, "they share one");
    peer::invalidate(1).expect("the directory is there");
    assert_eq!(replaced::detailed(1).expect("it is there").source, Source::Computed);
}

/// L30: a directory of another user's is refused, and a file of another user's is no value.
#[test]
fn what_is_another_users_is_neither_taken_nor_served() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "others_file", runtime = RUNTIME)]
    fn is_admin(user: u32) -> Result<bool, Failure> {
        RUNS.again();
        Ok(user == 7)
    }

    let directory = Directory::with(&RUNTIME, |builder| builder);
    is_admin(1).expect("the directory is there");
    assert_eq!(is_admin::detailed(1).expect("the directory is there").source, Source::L2);
    let file = directory.values().remove(0);
    let theirs: [&dyn Fn(); 2] = [
        &|| {
            let given = chown(&file, Some(SOMEBODY), None);
            given.expect("only root can make a file of another user's: run this test as root");
        },
        &|| set_mode(&file, 0o666),
    ];
    for (change, times) in theirs.iter().zip([1.0, 2.0]) {
        change();
        let answer = is_admin::detailed(1).expect("the directory is there");
        assert_eq!((answer.value, answer.source), (false, Source::Computed));
        let counted =
            Metrics::install().sum("cache_get_deserialize", &[("function", "others_file")]);
        assert!((counted - times).abs() < 0.1, "{counted}");
        assert_eq!(is_admin::detailed(1).expect("the directory is there").source, Source::L2);
    }
    assert_eq!(RUNS.count(), 3);

    let other = Directory::new();
    create_dir(other.path()).expect("nothing is there");
    chown(other.path(), Some(SOMEBODY), None).expect("this test runs as root");
    assert!(refusal(&other).contains("belongs to somebody else"));
}

//! The contract of tiers, over a directory.

use cachekit::testing::{conformance, tier};
use cachekit_tests::Directory;

/// N24: a directory keeps the contract.
#[test]
fn a_directory_keeps_the_contract() {
    let directory = Directory::new();
    let runtime = directory.runtime(|builder| builder);
    let tier = tier(&runtime).expect("it has one");
    conformance(&*tier).unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(directory.events.names(), [""; 0], "a conformance is no fault");
}

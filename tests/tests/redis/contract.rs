//! The contract of tiers, over a real server.

use cachekit::testing::{conformance, tier};
use cachekit_tests::World;

/// N24: a server keeps the contract.
#[test]
fn a_server_keeps_the_contract() {
    let world = World::bare();
    let runtime = world.runtime(|builder| builder);
    let tier = tier(&runtime).expect("it has one");
    conformance(&*tier).unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(world.events.names(), [""; 0], "a conformance is no outage");
    // What is left of it ends by itself.
    for key in world.redis.keys("ck") {
        assert!(world.redis.ask::<i64>(&["PTTL", &key]) > 0, "{key} has a life");
    }
}

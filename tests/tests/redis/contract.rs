//! The contract of tiers, over a real server.

use std::task::Poll;

use cachekit::backend::{Place, Read};
use cachekit::testing::{conformance, tier};
use cachekit_tests::{World, turn, until};

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

/// A13, N24: what somebody wrote as stored under no generations is not read while there are none,
/// whichever way it is read.
#[test]
fn what_is_stored_under_nothing_is_not_read() {
    let world = World::bare();
    let runtime = world.runtime(|builder| builder);
    let tier = tier(&runtime).expect("it has one");
    let version = "00000000000000aa".to_owned();
    let at = Place::new("entry".to_owned(), version, "generation".to_owned(), None);
    let (value, mark) = (format!("v:{}", at.version), format!("g:{}", at.version));
    world.redis.tell(&["HSET", "entry", &value, "forged", &mark, ".9999999999999"]);
    for at in [at.clone(), at.within(100)] {
        let mut read = tier.read(&at);
        let mut answer = None;
        until("it is read", || {
            if let Poll::Ready(read) = turn(read.as_mut()) {
                answer = Some(read);
            }
            answer.is_some()
        });
        assert_eq!(answer, Some(Ok(Read::Absent)), "{at:?}");
    }
}

//! What callers leave behind on the server when they go, and what others do to an entry.

use std::future::Future;
use std::time::Duration;

use cachekit::cached;
use cachekit_tests::{Failure, Slot, World, turn, until};

/// Polls a call once and gives it up once its claim has been obeyed, the answer under way.
fn give_up(world: &World, call: impl Future) {
    let held = world.chaos.hold("claim");
    let mut call = Box::pin(call);
    until("its claim is obeyed", || {
        assert!(turn(call.as_mut()).is_pending(), "its answer is held");
        held.is_reached()
    });
    drop(call);
    held.release();
}

/// G14: fillers whose callers were dropped while their claims were under way are taken back.
#[test]
fn a_claim_that_was_given_up_in_flight_is_taken_back() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    async fn dropped(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(Duration::from_secs(1)));
    for n in 0..20 {
        give_up(&world, dropped(n));
    }
    let left = |n| world.redis.keys(&dropped::key(n)).len();
    until("every filler is taken back", || (0..20).map(left).sum::<usize>() == 0);
}

/// G14: and those whose claims were not answered in time.
#[test]
fn a_claim_that_timed_out_is_taken_back() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn unanswered(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| builder.op_timeout(Duration::from_millis(500)));
    let held = world.chaos.hold("claim");
    let refused = unanswered(1).expect_err("it is not answered").cache();
    assert!(refused.is_timeout(), "{refused}");
    assert_eq!(world.redis.keys(&unanswered::key(1)).len(), 1, "the server has obeyed it");
    held.release();
    until("the filler is taken back", || world.redis.keys(&unanswered::key(1)).is_empty());
}

/// G14: an entry of more fields than ours have is dropped before any script walks it.
#[test]
fn no_script_walks_more_fields_than_an_entry_of_ours_has() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn crowded(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::new(&RUNTIME);
    assert_eq!(crowded(1).expect("the server is there"), 1);
    let key = crowded::key(1);
    let mut fields = redis::cmd("HSET");
    fields.arg(&key);
    for n in 0..100_000 {
        fields.arg(format!("f:{n}")).arg("99999999999999");
    }
    fields.exec(&mut world.redis.connection()).expect("anybody with HSET can");
    assert_eq!(crowded::update(1, |n| *n = 2).expect("nothing is there"), None);
    assert_eq!(world.redis.ask::<usize>(&["HLEN", &key]), 0, "it is no entry of ours");
    assert_eq!(crowded(1).expect("the server is there"), 1);
    let fields = world.redis.ask::<usize>(&["HLEN", &key]);
    println!("100 000 fields were dropped before they were walked; {fields} are left");
    assert_eq!(fields, 2);
}

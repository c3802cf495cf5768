//! A server whose clock is not where this process takes it to be.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use cachekit::testing::ManualClock;
use cachekit::{Answer, Invalidated, Source, cached};
use cachekit_tests::{Chaos, Failure, Node, RedisGuard, Slot, World, node, until};
use serde_json::{Value, json};

use super::seal::keyed;

/// Tells whoever connects a time that lies behind the server's, as if its clock were stepped
/// forward afterwards.
fn tell_the_past(chaos: &Chaos, behind: Duration) {
    let since = SystemTime::UNIX_EPOCH.elapsed().expect("after the epoch");
    let seconds = (since.as_secs() - behind.as_secs()).to_string();
    chaos.answer("TIME", &format!("*2\r\n${}\r\n{seconds}\r\n$1\r\n0", seconds.len()));
}

/// Tells whoever connects from now on what the time was, as a server does whose clock stands still.
fn stand_still(world: &World) {
    let now: (String, String) = world.redis.ask(&["TIME"]);
    let (seconds, micros) = (&now.0, &now.1);
    let answer = format!("*2\r\n${}\r\n{seconds}\r\n${}\r\n{micros}", seconds.len(), micros.len());
    world.chaos.answer("TIME", &answer);
}

/// Puts everything back that lies at these keys now, for ever, whoever removed it meanwhile.
fn keep(world: &World, keys: Vec<String>) -> impl Fn() + use<> {
    let mut connection = world.redis.connection();
    let dumps: Vec<Vec<u8>> = keys
        .iter()
        .map(|key| redis::cmd("DUMP").arg(key).query(&mut connection).expect("it is there"))
        .collect();
    let connection = RefCell::new(connection);
    move || {
        let mut connection = connection.borrow_mut();
        for (key, dump) in keys.iter().zip(&dumps) {
            let mut restore = redis::cmd("RESTORE");
            restore.arg(key).arg(0).arg(dump).arg("REPLACE");
            restore.exec(&mut *connection).expect("it is put back");
        }
    }
}

/// F10, A13: whoever runs the store puts back what has ended, and tells that no time has passed. Not
/// the server's word alone says when a protected value ends.
#[test]
fn a_clock_that_stands_still_brings_nothing_back() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 2, encrypt, runtime = RUNTIME)]
    fn rolled_back(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    assert_eq!(rolled_back(1).expect("the server is there"), 1);
    let put_back = keep(&world, world.redis.keys("ck2:"));
    stand_still(&world);
    until("its life is over", || !world.redis.keys("ck2:").contains(&rolled_back::key(1)));
    put_back();
    let connections = world.chaos.accepted();
    world.chaos.hang_up();
    until("the time was asked for anew", || world.chaos.accepted() > connections);
    let answer = rolled_back::detailed(1).expect("the server is there");
    assert_eq!(answer.source, Source::Computed);
    world.events.wait_for("CLOCK_UNSOUND");
    assert_eq!(world.events.count("CLOCK_UNSOUND"), 1);
}

/// F9, F10: a process that has learnt nothing yet ends a protected value by its host's clock, with a
/// minute's grace; a value that is not protected ends by the server's alone.
#[test]
fn a_protected_value_ends_by_the_hosts_clock_too() {
    static RUNTIME: Slot = Slot::new();
    static LATER: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 600, mac, name = "bounded", runtime = RUNTIME)]
    fn bounded(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 600, name = "unbounded", runtime = RUNTIME)]
    fn unbounded(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 300, mac, name = "bounded", runtime = LATER)]
    fn shorter(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let host = ManualClock::new();
    let world = World::with(&RUNTIME, |builder| keyed(builder).clock(&host));
    LATER.set(world.runtime(|builder| keyed(builder).clock(&host)));
    let passed = |seconds| {
        let real = SystemTime::UNIX_EPOCH.elapsed().expect("after the epoch");
        host.set_wall(SystemTime::UNIX_EPOCH + real + Duration::from_secs(seconds));
    };
    assert_eq!(bounded(1).and(unbounded(1)).expect("the server is there"), 1);
    let source = |answer: Result<Answer<u32>, Failure>| answer.expect("it is there").source;
    passed(350);
    assert_eq!(source(bounded::detailed(1)), Source::L2);
    assert_eq!(source(shorter::detailed(1)), Source::L2);
    passed(362);
    assert_eq!(source(shorter::detailed(1)), Source::Computed, "F9: its own ttl is over");
    passed(662);
    assert_eq!(source(bounded::detailed(1)), Source::Computed);
    assert_eq!(source(unbounded::detailed(1)), Source::L2);
}

/// The clocks of host and server are compared, and told of once when they are found apart.
#[test]
fn clocks_that_are_far_apart_are_told_of() {
    static RUNTIME: Slot = Slot::new();
    let world = World::bare();
    tell_the_past(&world.chaos, Duration::from_secs(3_600));
    RUNTIME.set(world.runtime(|builder| builder));
    world.events.wait_for("CLOCK_UNSOUND");
    assert!(world.events.lines()[0].contains(" s apart"), "{:?}", world.events.lines());
}

/// H16: a step of the server's clock does not make a claim late that is in time.
#[test]
fn a_call_after_the_servers_clock_was_stepped_forward_is_stored() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn stepped(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::bare();
    tell_the_past(&world.chaos, Duration::from_secs(3_600));
    RUNTIME.set(world.runtime(|builder| builder));
    world.chaos.restore();
    let first = stepped::detailed(1).expect("the server is there");
    assert_eq!((first.value, first.source), (1, Source::Computed));
    let second = stepped::detailed(1).expect("the server is there");
    assert_eq!(second.source, Source::L2);
    // The second claim of all is in time at once: the first has told what the time is.
    let before = world.chaos.count("claim");
    assert_eq!(stepped(2).expect("the server is there"), 2);
    assert_eq!(world.chaos.count("claim"), before + 1);
}

/// H17: the same of a prime, which says that it is done and is.
#[test]
fn a_prime_after_the_servers_clock_was_stepped_forward_is_stored() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn primed(n: u32) -> u32 {
        n
    }

    let world = World::bare();
    tell_the_past(&world.chaos, Duration::from_secs(3_600));
    RUNTIME.set(world.runtime(|builder| builder));
    world.chaos.restore();
    assert_eq!(primed::prime(1, 7).expect("the server is there"), Invalidated::Done);
    assert_eq!(world.redis.values(&primed::key(1)).len(), 1);
    assert_eq!(primed::peek(1).expect("the server is there"), Some(7));
}

/// H17: a prime whose value the server takes for over, whatever it is told, is not done.
#[test]
fn a_prime_that_the_server_takes_for_over_is_never_done() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn strict(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn degraded(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("after the epoch").as_micros().to_string();
    let ended = format!("*2\r\n$5\r\nended\r\n${}\r\n{now}", now.len());
    world.chaos.answer("replace", &ended);
    let error = strict::prime(1, 7).expect_err("it is not stored");
    assert!(error.is_unavailable(), "{error}");
    assert_eq!(error.operation(), "set");
    assert_eq!(degraded::prime(1, 7).expect("degraded does not err"), Invalidated::Pending);
    // Each was tried anew once, with the time that the server told.
    assert_eq!(world.chaos.count("replace"), 4);
}

#[cached(mode = "strict", ttl = 60)]
fn by_environment(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// A process whose runtime is built from the environment, by a prime.
#[test]
fn node() {
    node::serve(|what, _| {
        assert_eq!(what, "prime");
        let primed = by_environment::prime(1, 7).expect("the server is there");
        let found = by_environment::peek(1).expect("the server is there");
        json!({ "done": primed == Invalidated::Done, "found": found })
    });
}

/// H17: the first prime of a runtime that was built from the environment knows the server's time.
#[test]
fn the_first_prime_of_a_process_is_stored() {
    let redis = RedisGuard::start();
    let url = redis.url();
    let environment = [("CACHEKIT_REDIS_URL", url.as_str()), ("CACHEKIT_OP_TIMEOUT", "5s")];
    let mut node = Node::start("redis::clock::node", &environment);
    assert_eq!(node.ask("prime", Value::Null), json!({ "done": true, "found": 7 }));
}

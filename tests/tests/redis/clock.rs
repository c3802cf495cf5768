//! A server whose clock is not where this process takes it to be.

use std::time::{Duration, SystemTime};

use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Chaos, Failure, Node, RedisGuard, Slot, World, node};
use serde_json::{Value, json};

/// Tells whoever connects a time that lies behind the server's, as if its clock were stepped
/// forward afterwards.
fn tell_the_past(chaos: &Chaos, behind: Duration) {
    let since = SystemTime::UNIX_EPOCH.elapsed().expect("after the epoch");
    let seconds = (since.as_secs() - behind.as_secs()).to_string();
    chaos.answer("TIME", &format!("*2\r\n${}\r\n{seconds}\r\n$1\r\n0", seconds.len()));
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

//! Invalidation wins against every fill that began before it, in both tiers.

use std::thread;

use cachekit::{Invalidated, Source, cached};
use cachekit_tests::{Failure, Runs, Slot, World, until};

/// Where a body waits until the test lets it go on.
#[derive(Debug, Default)]
struct Door {
    inside: Runs,
    open: Runs,
}

impl Door {
    const fn new() -> Self {
        Self { inside: Runs::new(), open: Runs::new() }
    }

    /// The body's side: says that it is there, and waits.
    fn pass(&self) {
        let visit = self.inside.again();
        until("the door is opened", || self.open.count() >= visit);
    }

    /// The test's side: waits for the visit, and lets it pass.
    fn visited(&self, visit: usize) {
        until("the body is at the door", || self.inside.count() >= visit);
    }

    fn open(&self) {
        self.open.again();
    }
}

/// H3, H1: whatever kind of invalidation comes during a fill, the fill's value stays nowhere, and
/// later calls compute anew.
#[test]
fn no_fill_survives_an_invalidation_that_came_during_it() {
    static RUNTIME: Slot = Slot::new();
    static DOOR: Door = Door::new();

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn overtaken(t: &str, n: u32) -> usize {
        let _ = (t, n);
        let run = DOOR.inside.count() + 1;
        if run % 2 == 1 {
            DOOR.pass();
        } else {
            DOOR.inside.again();
            DOOR.open();
        }
        run
    }

    let world = World::new(&RUNTIME);
    let kinds: [(&str, &dyn Fn()); 6] = [
        ("invalidate", &|| done(overtaken::invalidate("a", 1))),
        ("invalidate_all", &|| done(overtaken::invalidate_all())),
        ("tenant", &|| done(overtaken::invalidate_tenant("a"))),
        ("DEL by hand", &|| {
            world.redis.tell(&["DEL", &overtaken::key("a", 1)]);
            world.redis.tell(&["DEL", &generation(&world)]);
        }),
        ("FLUSHALL", &|| world.redis.tell(&["FLUSHALL"])),
        ("a peer's token", &|| world.redis.set(&generation(&world), "another token")),
    ];
    for (what, invalidate) in kinds {
        // Others' keys go with the server's, and this node's own entry must not hide the fill.
        overtaken::invalidate("a", 1).expect("the server is there");
        let visit = DOOR.inside.count() + 1;
        thread::scope(|scope| {
            let fill = scope.spawn(|| overtaken::detailed("a", 1));
            DOOR.visited(visit);
            invalidate();
            DOOR.open();
            let answer = fill.join().expect("no panic");
            assert_eq!(answer.value, visit, "{what}: the leader keeps its own value");
        });
        let later = overtaken::detailed("a", 1);
        assert_eq!((later.value, later.source), (visit + 1, Source::Computed), "{what}");
        assert_eq!(overtaken::detailed("a", 1).value, visit + 1, "{what}: and that one is kept");
    }
}

fn done(invalidated: Result<Invalidated, cachekit::Error>) {
    assert_eq!(invalidated.expect("the server is there"), Invalidated::Done);
}

fn generation(world: &World) -> String {
    let mut keys = world.redis.keys("ck2:{tests:");
    // A tenant's own generation has a digest more.
    keys.retain(|key| key.contains(":g:"));
    keys.sort_by_key(String::len);
    keys.into_iter().next().expect("a fill has claimed a generation")
}

/// H3: a call that starts after an invalidation never joins the older flight.
#[test]
fn a_call_after_an_invalidation_does_not_join_the_older_flight() {
    static RUNTIME: Slot = Slot::new();
    static DOOR: Door = Door::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn flown(n: u32) -> Result<usize, Failure> {
        let _ = n;
        let run = DOOR.inside.count() + 1;
        if run == 1 {
            DOOR.pass();
        } else {
            DOOR.inside.again();
        }
        Ok(run)
    }

    let _world = World::new(&RUNTIME);
    thread::scope(|scope| {
        let older = scope.spawn(|| flown(1));
        DOOR.visited(1);
        assert_eq!(flown::invalidate(1).expect("the server is there"), Invalidated::Done);
        assert_eq!(flown(1).expect("it computes for itself"), 2);
        DOOR.open();
        assert_eq!(older.join().expect("no panic").expect("its own value"), 1);
    });
    assert_eq!(flown(1).expect("the younger value stays"), 2);
}

/// H4: a reader that fetched before an invalidation does not put into L1 what it read.
#[test]
fn a_read_that_was_under_way_does_not_refill_l1() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn reread(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let world = World::new(&RUNTIME);
    assert_eq!(reread(1), 1);
    // Another process's writing: L2 has it, this node's L1 does not.
    let (key, stored) = (reread::key(1), world.redis.bytes(&reread::key(1)));
    let fields: Vec<(String, Vec<u8>)> = hash(&world, &key);
    reread::invalidate(1).expect("the server is there");
    restore(&world, &key, &fields);
    assert_eq!(world.redis.bytes(&key), stored);

    let (held, before) = (world.chaos.hold("HMGET"), world.chaos.count("invalidate"));
    thread::scope(|scope| {
        let reader = scope.spawn(|| reread::detailed(1));
        held.reached();
        // Its answer waits behind the one that is held: one connection carries both.
        let invalidation = scope.spawn(|| reread::invalidate(1).expect("the server is there"));
        until("the server has obeyed", || {
            world.chaos.count("invalidate") > before && world.redis.keys(&key).is_empty()
        });
        held.release();
        let answer = reader.join().expect("no panic");
        assert_eq!((answer.value, answer.source), (1, Source::L2), "it began before");
        assert_eq!(invalidation.join().expect("no panic"), Invalidated::Done);
    });
    let after = reread::detailed(1);
    assert_eq!((after.value, after.source), (2, Source::Computed));
}

fn hash(world: &World, key: &str) -> Vec<(String, Vec<u8>)> {
    redis::Cmd::hgetall(key).query(&mut world.redis.connection()).expect("an entry is a HASH")
}

fn restore(world: &World, key: &str, fields: &[(String, Vec<u8>)]) {
    let () = redis::Cmd::hset_multiple(key, fields)
        .query(&mut world.redis.connection())
        .expect("HSET is answered");
}

/// H12, F8: in strict, a read sent before an invalidation serves no caller that started after it.
#[test]
fn a_read_sent_before_an_invalidation_serves_nobody_who_came_after() {
    static RUNTIME: Slot = Slot::new();
    static PEER: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, name = "sent_before", runtime = RUNTIME)]
    fn reader(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(RUNS.again())
    }

    /// The same function on another node.
    #[cached(mode = "strict", ttl = 60, name = "sent_before", runtime = PEER)]
    fn peer(n: u32) -> Result<usize, Failure> {
        let _ = n;
        Ok(100)
    }

    let world = World::new(&RUNTIME);
    PEER.set(
        cachekit::Runtime::builder()
            .namespace("tests")
            .redis(world.redis.url())
            .build()
            .expect("it is there"),
    );
    assert_eq!(reader(1).expect("the server is there"), 1);
    assert_eq!(reader::key(1), peer::key(1), "one entry, two nodes");
    let held = world.chaos.hold("HMGET");
    thread::scope(|scope| {
        let early = scope.spawn(|| reader(1));
        held.reached();
        assert_eq!(peer::invalidate(1).expect("the server is there"), Invalidated::Done);
        let late = scope.spawn(|| reader(1));
        until("the later call waits for the flight", || {
            cachekit::testing::flights(reader::SPEC) == 1
        });
        held.release();
        assert_eq!(early.join().expect("no panic").expect("it began before"), 1);
        assert_eq!(late.join().expect("no panic").expect("it came after"), 2);
    });
}

/// H1: an invalidation reaches every tier; H11: of what is not there, it is no error; and many at
/// once are one.
#[test]
fn an_invalidation_is_idempotent_and_reaches_every_tier() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn gone(n: u32) -> usize {
        let _ = n;
        RUNS.again()
    }

    let world = World::new(&RUNTIME);
    assert_eq!(gone::invalidate(1).expect("nothing to do"), Invalidated::Done);
    assert_eq!((gone(1), gone(1)), (1, 1));
    assert_eq!(gone::detailed(1).source, Source::L1);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| gone::invalidate(1).expect("the server is there"));
        }
    });
    assert!(world.redis.keys(&gone::key(1)).is_empty());
    assert_eq!(gone(1), 2);
    world.outage();
    assert_eq!((gone(2), gone(2)), (3, 3));
    assert_eq!(gone::invalidate(2).expect("degraded owes it"), Invalidated::Pending);
    assert_eq!(gone(2), 4, "the fallback has forgotten it too");
}

/// H7, D8: `invalidate_all` concerns this function alone, whoever wrote, without a scan.
#[test]
fn invalidating_all_concerns_this_function_alone_and_scans_nothing() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "degraded", ttl = 60, tenant = t, skip(t), runtime = RUNTIME)]
    fn mine(t: &str, n: u32) -> u32 {
        let _ = t;
        n
    }

    #[cached(mode = "degraded", ttl = 60, runtime = RUNTIME)]
    fn yours(n: u32) -> u32 {
        n
    }

    let world = World::new(&RUNTIME);
    let tenants = ["a", "b", "", "*", "a*", "?", "[a]", "\\", "a:b", "no tenant"];
    let warm = || {
        for t in tenants {
            for n in 0..20 {
                assert_eq!(mine(t, n), n);
            }
        }
        assert_eq!(yours(1), 1);
    };
    warm();
    world.redis.tell(&["SET", "foreign:\u{fffd}:*", "somebody else's"]);
    assert_eq!(mine::invalidate_tenant("*").expect("the server is there"), Invalidated::Done);
    for t in tenants {
        let expected = if t == "*" { Source::Computed } else { Source::L1 };
        assert_eq!(mine::detailed(t, 7).source, expected, "tenant {t:?}");
    }
    warm();
    assert_eq!(mine::invalidate_all().expect("the server is there"), Invalidated::Done);
    for t in tenants {
        assert_eq!(mine::detailed(t, 7).source, Source::Computed, "tenant {t:?}");
    }
    assert_eq!(yours::detailed(1).source, Source::L1);
    for command in ["SCAN", "KEYS", "FLUSHDB", "FLUSHALL", "HSCAN", "SMEMBERS"] {
        assert_eq!(world.chaos.count(command), 0, "{command}");
    }
    assert_eq!(world.redis.ask::<String>(&["GET", "foreign:\u{fffd}:*"]), "somebody else's");
    for key in world.redis.keys("ck2:") {
        assert!(world.redis.ask::<i64>(&["PTTL", &key]) > 0, "{key} has no end");
        assert!(key.contains(":e:") || key.contains(":g:"), "{key} is neither entry nor token");
    }
}

/// A prime replaces the entry and revokes the fill in flight; its value is what stays.
#[test]
fn a_prime_wins_against_the_fill_in_flight() {
    static RUNTIME: Slot = Slot::new();
    static DOOR: Door = Door::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn primed(n: u32) -> Result<u32, Failure> {
        DOOR.pass();
        Ok(n)
    }

    let _world = World::new(&RUNTIME);
    thread::scope(|scope| {
        let fill = scope.spawn(|| primed(1));
        DOOR.visited(1);
        assert_eq!(primed::prime(1, 42).expect("the server is there"), Invalidated::Done);
        DOOR.open();
        assert_eq!(fill.join().expect("no panic").expect("its own value"), 1);
    });
    let answer = primed::detailed(1).expect("the server is there");
    assert_eq!((answer.value, answer.source), (42, Source::L2));
}

/// A9: a call that ends without a value takes its filler's field back.
#[test]
fn a_failing_body_leaves_no_filler_behind() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn fails(n: u32) -> Result<u32, Failure> {
        let _ = n;
        Err(Failure::Own("fails"))
    }

    let world = World::new(&RUNTIME);
    assert!(fails(1).expect_err("the body fails").is_own());
    assert!(world.redis.keys(&fails::key(1)).is_empty(), "awaited before the error is returned");
}

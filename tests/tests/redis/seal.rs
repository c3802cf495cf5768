//! A store that nobody has to trust: what somebody else wrote is never served, and told of.

use std::sync::Mutex;

use cachekit::{IndexKey, KeyRing, RuntimeBuilder, Source, cached};
use cachekit_tests::{Failure, Metrics, Runs, Slot, World, damages};

/// The settings of a node that has keys.
pub(super) fn keyed(builder: RuntimeBuilder) -> RuntimeBuilder {
    builder.keys(ring(&[1])).index_key([0x99; 32])
}

/// A ring whose keys are made of their ids.
pub(super) fn ring(ids: &[u32]) -> KeyRing {
    let key = |id: &u32| (*id, [u8::try_from(*id).expect("a small id"); 32]);
    KeyRing::new(ids.iter().map(key)).expect("it is a ring")
}

pub(super) fn counted(name: &str, labels: &[(&str, &str)]) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    let count = Metrics::install().sum(name, labels) as usize;
    count
}

fn undecodable(function: &str, reason: &str) -> usize {
    counted("cache_get_deserialize", &[("function", function), ("reason", reason)])
}

fn rejected(function: &str) -> usize {
    counted("cache_get_deserialize", &[("function", function)])
}

/// J2, J10, J11, A13: every flipped byte and every truncation of a sealed and of a tagged entry is
/// a miss that is counted once.
#[test]
fn no_byte_of_a_protected_entry_can_be_changed_or_left_out() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "damaged_seal", runtime = RUNTIME)]
    fn sealed(n: u32) -> Result<(u64, String), Failure> {
        RUNS.again();
        Ok((u64::from(n) * 3, String::from("fourteen bytes")))
    }

    #[cached(mode = "strict", ttl = 60, mac, name = "damaged_mac", runtime = RUNTIME)]
    fn tagged(n: u32) -> Result<(u64, String), Failure> {
        RUNS.again();
        Ok((u64::from(n) * 3, String::from("fourteen bytes")))
    }

    let world = World::with(&RUNTIME, keyed);
    for (name, key) in [("damaged_seal", sealed::key(5)), ("damaged_mac", tagged::key(5))] {
        let call = || {
            let answer =
                if name == "damaged_mac" { tagged::detailed(5) } else { sealed::detailed(5) };
            answer.expect("the server is there")
        };
        let expected = call().value;
        let sound = world.redis.bytes(&key);
        assert_eq!(call().source, Source::L2, "{name}");
        let told = || sealed::stats().rejected + tagged::stats().rejected;
        let cases = damages(&sound);
        let many = cases.len();
        for (what, bytes) in cases {
            world.redis.corrupt(&key, &bytes);
            let (runs, before) = (RUNS.count(), told());
            let answer = call();
            assert_eq!(
                (answer.value, answer.source),
                (expected.clone(), Source::Computed),
                "{name}: {what}"
            );
            assert_eq!(RUNS.count(), runs + 1, "{name}: {what}");
            assert_eq!(told(), before + 1, "{name}: {what}");
        }
        assert_eq!(rejected(name), many, "{name}");
        assert_eq!(call().source, Source::L2, "{name}");
    }
}

/// Three functions alike, protected as well as can be, a little, and not.
mod levels {
    use super::{Failure, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "reason_seal", runtime = RUNTIME)]
    pub(super) fn sealed(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, mac, name = "reason_mac", runtime = RUNTIME)]
    pub(super) fn tagged(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, name = "reason_plain", runtime = RUNTIME)]
    pub(super) fn plain(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }
}

fn changed(bytes: &[u8], at: usize, mask: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= mask;
    bytes
}

/// A10, A16, J12: each kind of foreign hand has its reason, and goes; what another node may read stays.
#[test]
fn each_kind_of_tampering_has_its_reason() {
    use levels::{RUNTIME, plain, sealed, tagged};
    const FORGED: &str = "auth_tamper";
    const WEAK: &str = "suspicious_envelope";

    let world = World::with(&RUNTIME, keyed);
    let [key, tagged_key, plain_key] = [sealed::key(1), tagged::key(1), plain::key(1)];
    let [seal, tag, checksum] = [
        world_bytes(&world, &key, || sealed(1)),
        world_bytes(&world, &tagged_key, || tagged(1)),
        world_bytes(&world, &plain_key, || plain(1)),
    ];
    let field = world.redis.values(&key).remove(0).0;
    for (what, reason, outcome, bytes) in [
        ("a changed tag", FORGED, "removed", changed(&seal, seal.len() - 1, 1)),
        ("a changed payload", FORGED, "removed", changed(&seal, 96, 1)),
        ("a longer life", FORGED, "removed", changed(&seal, 46, 1)),
        ("a plain envelope", WEAK, "removed", checksum.clone()),
        ("a seal that is called plain", WEAK, "removed", changed(&seal, 5, 2)),
        ("a tagged envelope", WEAK, "removed", tag.clone()),
        ("noise", "corruption", "removed", b"noise".repeat(40)),
        ("another key", "unknown_key", "foreign", changed(&seal, 8, 4)),
        ("a later version", "unknown_version", "foreign", changed(&seal, 4, 2)),
        ("two kinds of check", "unknown_version", "foreign", changed(&seal, 5, 4)),
    ] {
        assert_eq!(sealed(1).expect("the server is there"), 1, "{what}");
        world.redis.corrupt(&key, &bytes);
        let labels = [("function", "reason_seal"), ("outcome", outcome)];
        let before = (undecodable("reason_seal", reason), counted("cache_reject_total", &labels));
        assert_eq!(sealed::peek(1).expect("the server is there"), None, "{what}");
        let after = (undecodable("reason_seal", reason), counted("cache_reject_total", &labels));
        assert_eq!(after, (before.0 + 1, before.1 + 1), "{what}");
        let stays: bool = world.redis.ask(&["HEXISTS", &key, &field]);
        assert_eq!(stays, outcome == "foreign", "{what}");
        sealed::invalidate(1).expect("the server is there");
    }
    for reason in [FORGED, WEAK, "corruption"] {
        let labels = [("function", "reason_seal"), ("reason", reason), ("tier", "l2")];
        let failures = counted("cachekit_decrypt_failures_total", &labels);
        assert_eq!(failures, undecodable("reason_seal", reason), "{reason}");
    }
    assert_eq!(world.events.names(), ["ENTRY_TAMPERED"], "once a function and minute");

    // A tagged function takes neither a checksum for a tag nor a tag for other bytes.
    for (reason, bytes) in [(WEAK, checksum), (FORGED, changed(&tag, 96, 1))] {
        world.redis.corrupt(&tagged_key, &bytes);
        assert_eq!(tagged::detailed(1).expect("the server is there").source, Source::Computed);
        assert_eq!(undecodable("reason_mac", reason), 1);
    }
    // To a function without keys, sealed bytes are another build's.
    world.redis.corrupt(&plain_key, &seal);
    assert_eq!(plain::peek(1).expect("the server is there"), None);
    assert_eq!(undecodable("reason_plain", "unknown_key"), 1);
    assert_eq!(world.redis.bytes(&plain_key), seal);
}

/// One function, and what differs from it in one thing each.
mod copies {
    use super::{Failure, Slot, cached};

    pub(super) static RUNTIME: Slot = Slot::new();
    pub(super) static ELSEWHERE: Slot = Slot::new();
    pub(super) static LATER: Slot = Slot::new();

    macro_rules! copy {
        ($function:ident, $name:literal, $version:literal, $runtime:ident) => {
            #[cached(
                            mode = "strict", ttl = 60, encrypt, skip(tenant), tenant = tenant,
                            name = $name, version = $version, runtime = $runtime
                        )]
            pub(super) fn $function(tenant: Option<&str>, n: u32) -> Result<u32, Failure> {
                let _ = tenant;
                Ok(n)
            }
        };
    }
    copy!(copied, "copied", 1, RUNTIME);
    copy!(neighbour, "copied_too", 1, RUNTIME);
    copy!(elsewhere, "copied", 1, ELSEWHERE);
    copy!(later, "copied", 2, LATER);
}

/// J10, D2: an entry verifies nowhere but where it was written: not for another key, function,
/// tenant, namespace or version.
#[test]
fn a_copied_entry_never_verifies() {
    use copies::{ELSEWHERE, LATER, RUNTIME, copied, elsewhere, later, neighbour};
    const ACME: Option<&str> = Some("acme");

    let world = World::with(&RUNTIME, keyed);
    ELSEWHERE.set(world.runtime(|builder| keyed(builder).namespace("elsewhere")));
    LATER.set(world.runtime(keyed));
    let there = "the server is there";
    let key = copied::key(ACME, 1);
    let refill = || {
        copied::invalidate(ACME, 1).expect(there);
        assert_eq!(copied(ACME, 1).expect(there), 1);
        world.redis.values(&key).remove(0).0
    };
    let own = refill();
    let of = |tenant, n| world_bytes(&world, &copied::key(tenant, n), || copied(tenant, n));
    let beside = world_bytes(&world, &neighbour::key(ACME, 1), || neighbour(ACME, 1));
    let there_too = world_bytes(&world, &elsewhere::key(ACME, 1), || elsewhere(ACME, 1));
    assert_eq!(later(ACME, 1).expect(there), 1);
    let fields = world.redis.values(&key);
    let newer = fields.into_iter().find(|(field, _)| *field != own).expect("of the later version");
    for (from, bytes) in [
        ("another key", of(ACME, 2)),
        ("another tenant", of(Some("other"), 1)),
        ("the empty tenant", of(Some(""), 1)),
        ("no tenant", of(None, 1)),
        ("another function", beside),
        ("another namespace", there_too),
        ("another version", newer.1),
    ] {
        let own = refill();
        let () = redis::Cmd::hset(&key, &own, &bytes)
            .query(&mut world.redis.connection())
            .expect("HSET is answered");
        let before = undecodable("copied", "auth_tamper");
        assert_eq!(copied::detailed(ACME, 1).expect(there).source, Source::Computed, "{from}");
        assert_eq!(undecodable("copied", "auth_tamper"), before + 1, "{from}");
    }
}

/// The bytes of an entry that a call has made.
fn world_bytes(world: &World, key: &str, call: impl Fn() -> Result<u32, Failure>) -> Vec<u8> {
    call().expect("the server is there");
    world.redis.bytes(key)
}

/// A15: `on_tamper = "raise"` counts first, keeps the evidence, and fails the call; without it the
/// entry is healed.
#[test]
fn tampering_is_healed_or_raised_as_the_function_says() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "heals", runtime = RUNTIME)]
    fn heals(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "strict", ttl = 60, encrypt, on_tamper = "raise", name = "raises", runtime = RUNTIME)]
    fn raises(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    #[cached(mode = "degraded", ttl = 60, mac, l1 = "off", on_tamper = "raise", name = "raises_marked", runtime = RUNTIME)]
    fn marked(n: u32) -> Result<u32, Failure> {
        RUNS.again();
        Ok(n)
    }

    let world = World::with(&RUNTIME, keyed);
    let there = "the server is there";
    for n in [1, 2] {
        for call in [heals, raises, marked] {
            assert_eq!(call(n).expect(there), n);
        }
    }
    let swapped = |of: fn(u32) -> String| world.redis.bytes(&of(2));
    let of_heals = swapped(heals::key);
    world.redis.corrupt(&heals::key(1), &of_heals);
    assert_eq!(heals::detailed(1).expect(there).source, Source::Computed);
    assert_eq!(heals::detailed(1).expect(there).source, Source::L2);

    let runs = RUNS.count();
    let (forged, plain) = (swapped(raises::key), b"CKE1\x01\0\x01\0".repeat(40));
    let mut texts = Vec::new();
    for evidence in [forged, plain] {
        world.redis.corrupt(&raises::key(1), &evidence);
        let before = rejected("raises");
        let error = raises(1).expect_err("it was tampered with").cache();
        assert!(error.is_tampered() && !error.is_unavailable() && !error.is_corrupt(), "{error}");
        assert_eq!((error.function(), error.operation()), (Some("raises"), "get"));
        assert_eq!(rejected("raises"), before + 1);
        texts.push(error.to_string());
        assert!(raises::peek(1).expect_err("it is still there").is_tampered());
        assert!(raises::update(1, |n| *n += 1).expect_err("it is still there").is_tampered());
        assert_eq!(world.redis.bytes(&raises::key(1)), evidence, "the evidence is kept");
    }
    assert_eq!(texts[0], texts[1], "the text is no oracle");
    let evidence = swapped(marked::key);
    world.redis.corrupt(&marked::key(1), &evidence);
    assert!(marked(1).expect_err("it was tampered with").cache().is_tampered());
    assert_eq!(world.redis.bytes(&marked::key(1)), evidence);
    assert_eq!(RUNS.count(), runs, "no body ran");
    let kept = [("function", "raises"), ("outcome", "kept")];
    assert_eq!(counted("cache_reject_total", &kept), 6);
    assert_eq!(world.events.names(), ["ENTRY_TAMPERED"; 3]);
    assert_eq!(RUNTIME.health().breaker_failures(), 0, "it is no outage");

    // Whoever has looked at it puts another in its place.
    raises::prime(1, 7).expect(there);
    assert_eq!(raises(1).expect(there), 7);
    marked::invalidate(1).expect(there);
    assert_eq!(marked(1).expect(there), 1);
}

/// E11: neither tier nor the fallback holds a protected value as it is.
#[test]
fn an_encrypted_function_keeps_ciphertext_alone() {
    static RUNTIME: Slot = Slot::new();
    static RUNS: Runs = Runs::new();
    const TEXT: &str = "the text that nobody else may read";

    #[cached(mode = "degraded", ttl = 60, encrypt, name = "at_rest", runtime = RUNTIME)]
    fn at_rest(n: u32) -> String {
        RUNS.again();
        TEXT.repeat(usize::try_from(n).expect("it is small"))
    }

    let world = World::with(&RUNTIME, keyed);
    assert_eq!(at_rest(1), TEXT);
    assert_eq!(at_rest::detailed(1).source, Source::L1);
    let seen = Mutex::new(Vec::new());
    let look = || {
        cachekit::testing::corrupt_l1(at_rest::SPEC, |bytes| {
            seen.lock().expect("nothing panics").push(bytes.clone());
        });
    };
    look();
    let stored = world.redis.bytes(&at_rest::key(1));
    assert_eq!(seen.lock().expect("nothing panics")[0], stored, "L1 has what L2 has");
    world.outage();
    assert_eq!(at_rest(2), TEXT.repeat(2));
    let answer = at_rest::detailed(2);
    assert_eq!((answer.value, answer.source), (TEXT.repeat(2), Source::Fallback));
    look();
    for bytes in seen.into_inner().expect("nothing panics") {
        assert_eq!(bytes[5] & 2, 2, "it is sealed");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(&TEXT[..8]), "{text}");
    }
    assert!(!String::from_utf8_lossy(&stored).contains(&TEXT[..8]));
    assert_eq!(RUNS.count(), 2);
}

/// C4: no key is printed, told or part of an error.
#[test]
fn a_key_is_nowhere_to_be_seen() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, encrypt, name = "unseen", runtime = RUNTIME)]
    fn unseen(n: u32) -> Result<u32, Failure> {
        Ok(n)
    }

    let world = World::with(&RUNTIME, |builder| {
        let builder = keyed(builder);
        assert!(!mentions(&format!("{builder:?}")));
        builder
    });
    assert_eq!(unseen(1).expect("the server is there"), 1);
    world.redis.corrupt(&unseen::key(1), &[7; 200]);
    assert_eq!(unseen(1).expect("the server is there"), 1);
    let stored = world.redis.bytes(&unseen::key(1));
    world.redis.corrupt(&unseen::key(1), &stored[..stored.len() - 1]);
    assert_eq!(unseen(1).expect("the server is there"), 1);
    let told = [
        format!("{:?}", ring(&[1])),
        format!("{:?}", IndexKey::from([0x99; 32])),
        format!("{:?}", *RUNTIME),
        format!("{:?}", RUNTIME.health()),
        RUNTIME.health().to_json(),
        RUNTIME.functions().to_json(),
        world.events.lines().concat(),
        format!("{:?}", unseen::SPEC),
    ];
    for text in told {
        assert!(!mentions(&text), "{text}");
    }
}

/// Whether a text holds one of the keys in some form.
fn mentions(text: &str) -> bool {
    let forms = ["01, 1, 1", "1, 1, 1", "0101", "AQEB", "99, 99", "9999", "mZmZ", "153, 153"];
    forms.iter().any(|form| text.contains(form))
}

//! A tier in memory keeps what a server keeps, for as long, and is changed by hand as one is.

use std::time::Duration;

use cachekit::backend::{
    Backend, Bid, Claim, Committed, Fault, Fill, Place, Read, Rejected, Replaced, Seen, Stored,
};
use cachekit::testing::{Kept, ManualClock, Memory};
use cachekit::{Error, Runtime, Source, cached};
use cachekit_tests::patience::{in_time, too_late};
use cachekit_tests::{Slot, turn};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

const FUNCTION: &str = "ck2:{tests:0.13}:g:memory";
const TENANT: &str = "ck2:{tests:0.13}:g:memory:tenant";

/// A tier, and a place in it.
fn tier() -> (Memory, ManualClock, Place) {
    let clock = ManualClock::new();
    let at = Place::new(
        "ck2:{tests:0.13}:e:memory:1".to_owned(),
        "00000000000000aa".to_owned(),
        FUNCTION.to_owned(),
        Some(TENANT.to_owned()),
    );
    (Memory::with_clock(&clock), clock, at)
}

/// What an operation answers; a tier in memory never lets one wait.
fn told<T>(reply: cachekit::backend::Reply<'_, T>) -> Result<T, Fault> {
    let mut reply = reply;
    match turn(reply.as_mut()) {
        std::task::Poll::Ready(answer) => answer,
        std::task::Poll::Pending => panic!("what is done as it is asked is not waited for"),
    }
}

fn ends_in(tier: &Memory, life: Duration) -> u64 {
    tier.time().earliest + u64::try_from(life.as_millis()).expect("a short life")
}

fn claim(tier: &Memory, at: &Place, filler: &str) -> Claim {
    told(tier.claim(at, Bid { filler, until: in_time() })).expect("it takes claims")
}

fn commit(tier: &Memory, at: &Place, claim: &Claim, bytes: &[u8], life: Duration) -> Committed {
    let value = Stored { bytes, expires: ends_in(tier, life) };
    told(tier.commit(at, Fill { claim, value, sole: false })).expect("it takes commits")
}

fn read(tier: &Memory, at: &Place) -> Read {
    told(tier.read(at)).expect("it is read")
}

/// V2: an entry lives as long as the longest of what is in it, and what is over goes with the next
/// change.
#[test]
fn an_entry_lives_as_long_as_anything_in_it() {
    let (tier, clock, at) = tier();
    let mut newer = at.clone();
    newer.version = "00000000000000bb".to_owned();
    for (place, life) in [(&at, MINUTE), (&newer, 5 * MINUTE)] {
        let claimed = claim(&tier, place, "a");
        assert_eq!(commit(&tier, place, &claimed, b"value", life), Committed::Stored);
    }
    assert_eq!(tier.left(&at.entry), Some(5 * MINUTE));
    clock.advance(2 * MINUTE);
    // As a server does: whoever reads ends it by its own dates.
    assert_eq!(read(&tier, &at), Read::Bytes(b"value".to_vec()));
    let claimed = claim(&tier, &newer, "b");
    assert_eq!(read(&tier, &at), Read::Absent);
    assert_eq!(tier.left(&at.entry), Some(HOUR));
    assert!(told(tier.abort(&newer, &claimed)).expect("it takes aborts"));
    assert_eq!(tier.left(&at.entry), Some(3 * MINUTE));
    clock.advance(4 * MINUTE);
    assert!(!tier.holds(&at.entry));
    assert_eq!(read(&tier, &newer), Read::Absent);
    assert!(!tier.keys().contains(&at.entry));
}

/// V2: a filler lives for an hour, and its fill is then lost.
#[test]
fn a_fill_that_takes_more_than_an_hour_is_lost() {
    let (tier, clock, at) = tier();
    let claimed = claim(&tier, &at, "a");
    clock.advance(59 * MINUTE);
    assert_eq!(commit(&tier, &at, &claimed, b"value", MINUTE), Committed::Stored);
    let claimed = claim(&tier, &at, "b");
    clock.advance(HOUR + MINUTE);
    assert_eq!(commit(&tier, &at, &claimed, b"value", MINUTE), Committed::Lost);
}

/// V2: a generation lives as long as what is stored under it, at least an hour, and an absent one
/// equals none.
#[test]
fn a_generation_ends_with_what_is_under_it() {
    let (tier, clock, at) = tier();
    let claimed = claim(&tier, &at, "a");
    assert_eq!(tier.left(FUNCTION), Some(HOUR));
    assert_eq!(commit(&tier, &at, &claimed, b"value", 5 * HOUR), Committed::Stored);
    assert_eq!(tier.left(FUNCTION), Some(5 * HOUR));
    assert_eq!(tier.left(TENANT), Some(5 * HOUR));
    clock.advance(HOUR);
    told(tier.bump(&[TENANT.to_owned()])).expect("it takes bumps");
    assert_eq!(tier.left(TENANT), Some(HOUR));
    assert_eq!(read(&tier, &at), Read::Absent);
    clock.advance(5 * HOUR);
    assert!(tier.keys().is_empty());
}

/// V2: a generation that was removed by hand revokes what was stored and claimed under it.
#[test]
fn a_generation_that_is_gone_revokes() {
    for key in [FUNCTION, TENANT] {
        let (tier, _, at) = tier();
        let first = claim(&tier, &at, "a");
        assert_eq!(commit(&tier, &at, &first, b"value", MINUTE), Committed::Stored);
        let second = claim(&tier, &at, "b");
        assert!(tier.delete(key));
        assert_eq!(read(&tier, &at), Read::Absent, "{key}");
        assert_eq!(commit(&tier, &at, &second, b"value", MINUTE), Committed::Lost, "{key}");
    }
}

/// V2: what is no generation is poison to whoever claims, until it is rejected.
#[test]
fn what_is_no_generation_is_poison() {
    let strange = [Kept::Foreign, Kept::Text(Vec::new()), Kept::Text(b"no digits".to_vec())];
    for kept in strange {
        let (tier, _, at) = tier();
        tier.put(TENANT, kept.clone());
        let bid = Bid { filler: "a", until: in_time() };
        assert_eq!(told(tier.claim(&at, bid)), Err(Fault::poison()), "{kept:?}");
        assert_eq!(told(tier.reject(&at, Seen::WrongType)), Ok(Rejected::Removed), "{kept:?}");
        let claimed = claim(&tier, &at, "a");
        assert_eq!(commit(&tier, &at, &claimed, b"value", MINUTE), Committed::Stored, "{kept:?}");
    }
}

/// V2: what is no entry is another type, which a claim puts a filler in the place of; and so is a
/// mark that cannot be read, of one version.
#[test]
fn what_is_no_entry_is_another_type() {
    let (tier, _, at) = tier();
    tier.put(&at.entry, Kept::Foreign);
    assert_eq!(read(&tier, &at), Read::WrongType);
    let claimed = claim(&tier, &at, "a");
    assert_eq!(commit(&tier, &at, &claimed, b"value", MINUTE), Committed::Stored);
    for mark in ["", ".", "text.1", "aa.bb"] {
        let mark = mark.as_bytes().to_vec();
        tier.edit(&at.entry, |fields| drop(fields.insert(format!("g:{}", at.version), mark)));
        assert_eq!(read(&tier, &at), Read::WrongType);
        assert_eq!(told(tier.reject(&at, Seen::WrongType)), Ok(Rejected::Removed));
        assert_eq!(read(&tier, &at), Read::Absent);
    }
}

/// V2: more fields than an entry has are none of ours.
#[test]
fn an_entry_of_too_many_fields_is_dropped() {
    let (tier, _, at) = tier();
    let many = (0..=1_024).map(|n| (format!("f:{n}"), b"9".to_vec())).collect();
    tier.put(&at.entry, Kept::Fields(many));
    let claimed = claim(&tier, &at, "a");
    let Some(Kept::Fields(fields)) = tier.look(&at.entry) else { panic!("an entry has fields") };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["f:a"]);
    assert_eq!(commit(&tier, &at, &claimed, b"value", MINUTE), Committed::Stored);
}

/// V2: what is asked is done as it is asked, whether its future is polled or dropped.
#[test]
fn an_operation_is_done_when_it_is_asked() {
    let (tier, _, at) = tier();
    let value = Stored { bytes: b"value", expires: ends_in(&tier, MINUTE) };
    drop(tier.replace(&at, value, in_time()));
    assert_eq!(read(&tier, &at), Read::Bytes(b"value".to_vec()));
    drop(tier.invalidate_many(std::slice::from_ref(&at)));
    assert_eq!(read(&tier, &at), Read::Absent);
    let late = told(tier.replace(&at, value, too_late()));
    assert_eq!(late, Err(Fault::timeout()));
    assert_eq!(told(tier.replace(&at, value, in_time())), Ok(Replaced::Stored));
}

/// V2: an operator's hand reaches a cached function as it does on a server.
#[test]
fn what_an_operator_removes_is_computed_anew() {
    static RUNTIME: Slot = Slot::new();

    #[cached(mode = "strict", ttl = 60, runtime = RUNTIME)]
    fn row(n: u32) -> Result<u32, Error> {
        Ok(n)
    }

    let source = |n| row::detailed(n).expect("the tier is there").source;
    let tier = Memory::new();
    let builder = Runtime::builder().namespace("tests").backend(tier.clone());
    RUNTIME.set(builder.build().expect("the tier is there"));
    let by_hand: [fn(&Memory); 3] = [
        |tier| assert!(tier.delete(&row::key(1))),
        Memory::flush,
        |tier| tier.put(&row::key(1), Kept::Foreign),
    ];
    for change in by_hand {
        source(1);
        assert_eq!(source(1), Source::L2);
        change(&tier);
        assert_eq!(source(1), Source::Computed);
    }
}

//! Attributes and lint levels stay with the function, and generated code raises no warning of its own.

#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub)]
#![deny(clippy::pedantic, clippy::nursery)]

use cachekit::cached;

use super::runs;

/// Not there at all: neither the function, nor its companion, nor what only they would name.
#[cached]
#[cfg(any())]
fn configured(n: Missing) -> Missing {
    n
}

/// Takes the name that the other left.
#[cached]
#[cfg(not(any()))]
fn configured(n: u64) -> u64 {
    n
}

/// Not there, and its options name a feature of cachekit's that may be off.
#[cached(mode = "strict", ttl = 60, codec = "msgpack", companion = false)]
#[cfg(any())]
fn strict(n: u64) -> Missing {
    n
}

/// A result that must not be dropped.
#[cached]
#[must_use = "it was costly"]
fn must_use(n: u64) -> u64 {
    n
}

/// Inlined as its author says.
#[cached]
#[inline(never)]
fn inlined(n: u64) -> u64 {
    n
}

/// An item that lints are silenced for, in its body as in its signature.
#[deprecated = "old"]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Old(u64);

/// Allowed.
#[cached]
#[allow(deprecated, clippy::let_and_return, reason = "the test is about it")]
fn allowed(old: Old) -> u64 {
    let Old(number) = old;
    number
}

/// Expected, in the signature and in the body.
#[cached]
#[expect(deprecated, reason = "the test is about it")]
fn expected(old: Old) -> u64 {
    let Old(number) = old;
    number + 1
}

/// Allowed under a condition.
#[cached]
#[cfg_attr(not(any()), allow(deprecated, reason = "the test is about it"))]
fn conditionally(old: Old) -> u64 {
    let Old(number) = old;
    number + 2
}

/// Expected of a signature that is as long in what is generated.
#[cached]
#[expect(clippy::too_many_arguments, reason = "the test is about it")]
fn many(one: u8, two: u8, bit: u8, six: u8, odd: u8, few: u8, low: u8, top: u8) -> u8 {
    one ^ two ^ bit ^ six ^ odd ^ few ^ low ^ top
}

/// A parameter that no operation but a run of the body needs.
#[cached(skip(factor))]
fn skipped(n: u64, factor: u64) -> u64 {
    runs::note("skipped");
    n * factor
}

/// A parameter that the key alone names, in an expression.
#[cached(key = (n, salt.len()))]
fn named_by_the_key(n: u64, salt: &str) -> u64 {
    n
}

/// A parameter that the key alone names, inside a text.
#[cached(key = format!("{n}{salt}"))]
fn named_in_a_text(n: u64, salt: &str) -> u64 {
    n
}

/// A parameter that the tenant alone names.
#[cached(tenant = tenant)]
fn named_by_the_tenant(n: u64, tenant: &str) -> u64 {
    n
}

/// A parameter that the body changes.
#[cached]
fn mutable(mut n: u64) -> u64 {
    n += 1;
    n
}

/// Reads as written, to the reader of the documentation too.
///
/// # Errors
///
/// None.
///
/// # Panics
///
/// If there is nothing in it.
#[cached]
#[allow(clippy::redundant_pub_crate, reason = "it is what is tested")]
pub(crate) fn documented(n: u64) -> Result<u64, String> {
    Some(n).filter(|n| *n > 0).expect("a number").checked_sub(1).ok_or_else(String::new)
}

/// What is expected of a parameter happens in the body alone.
#[cached]
fn expecting(n: u64, #[expect(unused_variables, reason = "the key has it")] more: u64) -> u64 {
    n
}

/// Deprecated to its callers, and not in what is generated.
#[deprecated]
#[cached]
fn outdated(n: u64) -> u64 {
    n
}

/// Awaits nothing itself: what a call may wait for is the cache.
#[cached]
async fn future(n: u64) -> u64 {
    n
}

/// Cannot fail itself: what a call may fail of is the cache.
#[cached(mode = "strict", ttl = 60)]
fn wrapped(n: u64) -> Result<u64, cachekit::Error> {
    Ok(n)
}

#[test]
fn attributes_stay_with_the_function() {
    let _ = wrapped;
    assert_eq!(outdated::stats().calls, 0);
    #[expect(deprecated, reason = "that is what is tested")]
    let _ = outdated;
    assert_eq!((expecting(1, 2), expecting(1, 3)), (1, 1));
    for _ in 0..2 {
        assert_eq!(configured(1), 1);
        assert_eq!(must_use(1), 1);
        assert_eq!(inlined(1), 1);
        assert_eq!(named_by_the_key(1, "a"), 1);
        assert_eq!(named_in_a_text(1, "a"), 1);
        assert_eq!(named_by_the_tenant(1, "a"), 1);
        assert_eq!(mutable(1), 2);
        assert_eq!(documented(1), Ok(0));
        assert_eq!(many(1, 2, 4, 8, 16, 32, 64, 128), 255);
    }
    drop(future(1));
    assert!(matches!(wrapped::uncached(1), Ok(1)));
}

#[test]
#[expect(deprecated, reason = "the test is about it")]
fn lint_levels_reach_the_signature_and_the_body() {
    let old = || Old(1);
    assert_eq!((allowed(old()), expected(old()), conditionally(old())), (1, 2, 3));
}

#[test]
fn a_skipped_parameter_is_no_part_of_the_key() {
    assert_eq!(skipped(2, 3), 6);
    assert_eq!(skipped(2, 4), 6);
    assert_eq!(runs::of("skipped"), 1);
    assert!(matches!(skipped::peek(2), Ok(Some(6))));
}

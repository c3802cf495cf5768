//! A length of time that cannot be meant is an error where it is written.

use cachekit::cached;

#[cached(ttl = 0)]
fn zero(n: u64) -> u64 {
    n
}

#[cached(ttl = "0s", wait = "0ms")]
fn zero_with_a_unit(n: u64) -> u64 {
    n
}

#[cached(ttl = -5)]
fn negative(n: u64) -> u64 {
    n
}

#[cached(ttl = "-5s")]
fn negative_text(n: u64) -> u64 {
    n
}

#[cached(ttl = 99999999999999999999999999)]
fn overflow(n: u64) -> u64 {
    n
}

#[cached(ttl = 18446744073709551615)]
fn longest_number(n: u64) -> u64 {
    n
}

#[cached(ttl = "1000y")]
fn longer_than_any_tier(n: u64) -> u64 {
    n
}

#[cached(ttl = "99999999999999999999y")]
fn longest_text(n: u64) -> u64 {
    n
}

#[cached(ttl = "100us")]
fn shorter_than_a_millisecond(n: u64) -> u64 {
    n
}

#[cached(ttl = 1.5)]
fn fraction(n: u64) -> u64 {
    n
}

#[cached(ttl = 1e999)]
fn infinite(n: u64) -> u64 {
    n
}

#[cached(ttl = "inf")]
fn infinite_text(n: u64) -> u64 {
    n
}

#[cached(ttl = "soon", cache_none, negative_ttl = "")]
fn unreadable(n: u64) -> Option<u64> {
    Some(n)
}

#[cached(ttl = 300u64)]
fn suffixed(n: u64) -> u64 {
    n
}

#[cached(ttl, wait(5))]
fn without_a_value(n: u64) -> u64 {
    n
}

fn main() {
    zero(zero_with_a_unit(negative(negative_text(overflow(longest_number(1))))));
    longer_than_any_tier(longest_text(shorter_than_a_millisecond(fraction(1))));
    infinite(infinite_text(suffixed(without_a_value(1))));
    unreadable(1);
}

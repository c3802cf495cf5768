//! `when` names one feature and options that a feature can change.

use cachekit::cached;

#[cached(when(mode = "degraded", ttl = 60))]
fn without_a_feature(n: u64) -> u64 {
    n
}

#[cached(when = "distributed")]
fn not_a_list(n: u64) -> u64 {
    n
}

#[cached(when(feature = distributed, ttl = 60))]
fn not_a_text(n: u64) -> u64 {
    n
}

#[cached(when(feature = "", ttl = 60))]
fn empty(n: u64) -> u64 {
    n
}

#[cached(when(feature = "distributed"))]
fn nothing(n: u64) -> u64 {
    n
}

#[cached(when(feature = "distributed", companion = false, returns = "value", crate = x, when(feature = "x")))]
fn fixed_options(n: u64) -> u64 {
    n
}

#[cached(when(feature = "distributed", mode = "degraded"))]
fn incomplete(n: u64) -> u64 {
    n
}

#[cached(max_size = 0, skip(nobody), when(feature = "distributed", mode = "strict", ttl = 0, tll = 5))]
fn wrong_in_both(n: u64) -> u64 {
    n
}

#[cached(when(feature = "distributed", ttl = 5, ttl = 6), when(feature = "other", ttl = 7))]
fn twice(n: u64) -> u64 {
    n
}

fn main() {
    without_a_feature(not_a_list(not_a_text(empty(nothing(fixed_options(1))))));
    incomplete(wrong_in_both(twice(1)));
}

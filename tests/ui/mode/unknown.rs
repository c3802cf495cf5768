//! The modes are three, and each is written in one way.

use cachekit::cached;

#[cached(mode = "strct", ttl = 60)]
fn misspelt(n: u64) -> u64 {
    n
}

#[cached(mode = "distributed", ttl = 60)]
fn of_another_crate(n: u64) -> u64 {
    n
}

#[cached(mode = strict, ttl = 60)]
fn not_a_text(n: u64) -> u64 {
    n
}

#[cached(mode)]
fn without_a_value(n: u64) -> u64 {
    n
}

fn main() {
    misspelt(1) + of_another_crate(1) + not_a_text(1) + without_a_value(1);
}

//! What a miss without L2 costs beside a raw insert in the same table.

mod rounds;

use std::hint::black_box;

use cachekit::cached;
use rounds::raw::raw;
use rounds::{Report, base, within};

#[cached]
fn number(n: u64) -> u64 {
    n.wrapping_mul(3)
}

#[cached(ttl = 3600)]
fn expiring(n: u64) -> u64 {
    n.wrapping_mul(3)
}

fn main() {
    let raw = raw::<u64, u64>(10_000);
    // Never the same key twice, in a table that is full: every call misses, inserts and evicts.
    let (mut a, mut b, mut c) = (0, 0, 0);
    let mut report = Report::new("miss");
    report.times(
        "miss, fn(u64) -> u64, full table of 10 000",
        vec![
            base("raw quick_cache get, then insert", |n| {
                for _ in 0..n {
                    a += 1;
                    if black_box(raw.get(&a)).is_none() {
                        raw.insert(a, black_box(a.wrapping_mul(3)));
                    }
                }
            }),
            within(3.0, "without ttl", |n| {
                for _ in 0..n {
                    b += 1;
                    black_box(number(b));
                }
            }),
            within(3.0, "with ttl", |n| {
                for _ in 0..n {
                    c += 1;
                    black_box(expiring(c));
                }
            }),
        ],
    );
    report.end();
}

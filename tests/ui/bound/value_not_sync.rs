//! Any two threads may clone a value at once.

use cachekit::cached;

use std::cell::Cell;

#[derive(Clone)]
struct Counter {
    count: Cell<u64>,
}

#[cached]
fn counter(n: u64) -> Counter {
    Counter { count: Cell::new(n) }
}

fn main() {
    counter(1).count.get();
}

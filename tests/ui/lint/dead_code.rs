//! What nobody uses is found: a function, a method, and what they alone call.

#![deny(dead_code, unused_variables)]

use cachekit::cached;

fn helper() -> u64 {
    7
}

#[cached]
fn nobody_calls(n: u64) -> u64 {
    n + helper()
}

#[cached]
async fn nobody_awaits(n: u64) -> u64 {
    n
}

pub struct Type;

#[cached]
impl Type {
    #[cached(skip(self))]
    fn nobody_calls_this(&self, n: u64) -> u64 {
        n
    }
}

#[cached]
fn takes_in_vain(n: u64, unused: u64) -> u64 {
    n
}

/// Used by its companion alone.
#[cached]
fn told(n: u64) -> u64 {
    n
}

#[cached(skip(seen))]
fn skips<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(n: T, seen: u64) -> u64 {
    drop(n);
    seen
}

fn main() {
    takes_in_vain(1, 2);
    told::stats();
    drop(skips::invalidate(1));
}

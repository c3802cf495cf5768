//! Closures have no equality, however they are written.

use cachekit::cached;

#[cached]
fn generic<F: Fn(u64) -> u64 + 'static>(n: u64, by: F) -> u64 {
    by(n)
}

#[cached]
fn clause<F>(n: u64, by: &F) -> u64
where
    F: Fn(u64) -> u64 + 'static,
{
    by(n)
}

#[cached]
fn object(n: u64, by: &dyn Fn(u64) -> u64) -> u64 {
    by(n)
}

#[cached]
fn boxed((n, by): (u64, Box<dyn FnOnce(u64) -> u64>)) -> u64 {
    by(n)
}

#[cached]
fn unnamed(n: u64, by: impl Fn(u64) -> u64) -> u64 {
    by(n)
}

fn main() {
    let one = |n| n + 1;
    boxed((generic(clause(object(unnamed(1, one), &one), &one), one), Box::new(one)));
}

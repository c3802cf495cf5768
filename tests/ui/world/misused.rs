//! A test in a world takes nothing, and says so where something is given.

#[cachekit::test(seed = 7)]
fn seeded() {}

#[cachekit::test]
fn given(n: u64) {}

#[cachekit::test]
struct NoTest;

fn main() {}

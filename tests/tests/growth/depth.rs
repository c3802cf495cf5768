//! What a level of recursion costs in stack, and how deep a recursion may be.

use cachekit::cached;
use cachekit_tests::depth::{self, Level};

/// G8: the stack keeps of a level what the function itself keeps, and next to nothing of the cache.
#[test]
fn a_level_of_recursion_takes_little_stack_in_every_mode() {
    for Level { what, call, most } in depth::levels() {
        let bytes = depth::of_a_level(call);
        println!("{what}: {bytes} B a level, at most {most}");
        assert!(bytes <= most, "{what}: {bytes} B a level, at most {most}");
    }
}

#[cached(max_size = 10_000)]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1).wrapping_add(fib(n - 2)) }
}

/// G8: in the 2 MiB that a test's thread or a worker has.
#[test]
fn a_recursion_of_thousands_of_levels_fits_a_thread() {
    let levels = if cfg!(debug_assertions) { 3_000 } else { 5_000 };
    let plain = (0..levels).fold((0_u64, 1_u64), |(a, b), _| (b, a.wrapping_add(b))).0;
    assert_eq!(fib(levels), plain);
}

//! Bytes of stack that a level of recursion takes.

use std::cell::Cell;
use std::hint::black_box;
use std::thread;

thread_local! {
    static LOWEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Levels that are measured, after as many that are not.
const LEVELS: usize = 1_000;

/// Room for the deepest of them in an unoptimised build.
const STACK: usize = 256 << 20;

/// Notes how deep the stack is; called by every body that is measured.
#[inline(never)]
pub fn note() {
    let here = 0_u8;
    let address = std::ptr::from_ref(black_box(&here)).addr();
    LOWEST.set(LOWEST.get().min(address));
}

/// Bytes that a level of `call` takes, which calls itself for every number below its argument and
/// keeps what came of it.
///
/// # Panics
///
/// If a thread of that stack cannot be had.
pub fn of_a_level(call: fn(u64)) -> usize {
    let lowest = move |to: usize| {
        LOWEST.set(usize::MAX);
        call(to as u64);
        LOWEST.get()
    };
    thread::scope(|scope| {
        let measured = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            // What is there already ends the recursion, so that the second one is twice as deep.
            let (few, many) = (lowest(LEVELS), lowest(3 * LEVELS));
            (few - many) / LEVELS
        });
        measured.expect("a thread can be had").join().expect("the stack is deep enough")
    })
}

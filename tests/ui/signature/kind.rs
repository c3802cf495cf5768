//! Functions that no cache can stand before.

use cachekit::cached;

#[cached]
const fn constant(n: u64) -> u64 {
    n
}

#[cached]
unsafe fn dangerous(n: u64) -> u64 {
    n
}

#[cached]
extern "C" fn foreign(n: u64) -> u64 {
    n
}

#[cached]
const unsafe extern "C" fn everything(n: u64) -> u64 {
    n
}

#[cached]
struct NotAFunction;

#[cached]
static NUMBER: u64 = 1;

fn main() {
    let _ = NotAFunction;
    constant(foreign(NUMBER));
    unsafe { dangerous(everything(1)) };
}

//! A variadic function has no key.

#![feature(c_variadic)]

use cachekit::cached;

#[cached]
unsafe extern "C" fn variadic(n: u64, _: ...) -> u64 {
    n
}

fn main() {
    unsafe { variadic(1, 2, 3) };
}

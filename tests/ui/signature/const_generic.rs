//! A const parameter's type is named as the language names it.

use cachekit::cached;

type Size = usize;

#[cached]
fn aliased<const N: Size>(n: usize) -> usize {
    N + n
}

#[cached]
fn by_path<const N: core::primitive::usize>(n: usize) -> usize {
    N + n
}

fn main() {
    aliased::<1>(by_path::<1>(1));
}

//! A type parameter says what it can do.

use cachekit::cached;

use std::fmt::Debug;

#[cached]
fn length<T: Debug + 'static>(value: T) -> usize {
    format!("{value:?}").len()
}

fn main() {
    length(1);
}

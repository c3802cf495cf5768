//! A user's type that borrows cannot be kept.

use cachekit::cached;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Name<'a>(&'a str);

#[cached]
fn length(name: Name<'_>) -> usize {
    name.0.len()
}

fn main() {
    length(Name(""));
}

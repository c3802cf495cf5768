//! A type computes nothing.

use cachekit::cached;

#[cached(ttl = 60)]
enum User {
    One,
}

fn main() {
    let _ = User::One;
}

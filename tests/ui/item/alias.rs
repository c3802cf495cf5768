//! A name computes nothing.

use cachekit::cached;

#[cached]
type User = u64;

fn main() {
    let _: User = 1;
}

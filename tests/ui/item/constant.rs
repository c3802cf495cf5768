//! A constant is computed when compiling.

use cachekit::cached;

#[cached]
const USER: u64 = 1;

fn main() {
    let _ = USER;
}

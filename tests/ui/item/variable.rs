//! A static is computed once by itself.

use cachekit::cached;

#[cached]
static USER: u64 = 1;

fn main() {
    let _ = USER;
}

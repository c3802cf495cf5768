//! Every mistake of an attribute and its function is reported at once, each at its own place.

use cachekit::cached;

#[cached(mode = "strct", ttl = 0, max_sise = 10, skip(nobody), front = 128, cache_none)]
const fn user((a, b): (u64, u64), out: &mut u64) -> &str {
    *out = a + b;
    ""
}

fn main() {
    user((1, 2), &mut 3);
}

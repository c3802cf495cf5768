//! A protected function keeps no value as it is, sealed or tagged.

use cachekit::cached;

#[cached(mode = "degraded", ttl = 60, encrypt, l1 = "typed")]
fn sealed(n: u64) -> u64 {
    n
}

#[cached(mode = "degraded", ttl = 60, mac, l1 = "typed")]
fn tagged(n: u64) -> u64 {
    n
}

fn main() {
    sealed(tagged(1));
}

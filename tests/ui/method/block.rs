//! What an `impl` block itself may say.

use cachekit::cached;

struct Shop;

#[cached(ttl = 60, mode = "strict", crate = ::cachekit)]
impl Shop {
    #[cached(skip(self), ttl = 0)]
    fn wrong(&self, n: u64) -> u64 {
        n
    }

    #[cached]
    const MOST: u64 = 1;

    #[cached(skip(self), max_sise = 5)]
    fn wrong_too(&self, n: u64) -> u64 {
        n
    }
}

#[cached]
impl Shop {
    fn nothing_is_cached(&self) -> u64 {
        1
    }
}

trait Priced {
    #[cached]
    fn without_a_body(&self) -> u64;
}

impl Priced for Shop {
    fn without_a_body(&self) -> u64 {
        Self::MOST
    }
}

fn main() {
    Shop.wrong(Shop.wrong_too(Shop.nothing_is_cached()));
    Shop.without_a_body();
}

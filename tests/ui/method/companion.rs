//! Companions of methods: where there can be none, and where a name is taken.

use cachekit::cached;

struct Shop;

trait Priced {
    fn price(&self, n: u64) -> u64;
}

#[cached]
impl Priced for Shop {
    #[cached(skip(self), companion = prices)]
    fn price(&self, n: u64) -> u64 {
        n
    }
}

#[cached]
impl Shop {
    #[cached(skip(self))]
    fn user(&self, n: u64) -> u64 {
        n
    }

    fn user_peek(&self) {}
}

impl Shop {
    #[cached(skip(self), companion = other)]
    fn alone(&self, n: u64) -> u64 {
        n
    }
}

fn main() {
    Shop.price(Shop.user(Shop.alone(1)));
    Shop.user_peek();
}

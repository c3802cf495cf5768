//! Companions of methods: where there can be none, and where a name is taken.

use cachekit::cached;

struct Shop;

struct Stock<T>(T);

trait Priced {
    fn price(&self, n: u64) -> u64;
}

#[cached]
impl<T: 'static> Priced for Stock<T> {
    #[cached(skip(self), companion = Prices)]
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
    Stock(()).price(Shop.user(Shop.alone(1)));
    Shop.user_peek();
}

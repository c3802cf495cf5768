//! A function of a type that the attribute cannot tell from a free one.

use cachekit::cached;

struct Shop;

impl Shop {
    #[cached]
    fn associated(n: u64) -> u64 {
        n
    }
}

fn main() {
    Shop::associated(1);
}

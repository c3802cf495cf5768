//! In an annotated `impl` nothing has seen the body before.

use cachekit::cached;

struct Shop;

#[cached]
impl Shop {
    #[doc = "Inert attributes may stand above."]
    #[tokio::main]
    #[cached(skip(self))]
    async fn price(&self, n: u64) -> u64 {
        n
    }
}

fn main() {}
